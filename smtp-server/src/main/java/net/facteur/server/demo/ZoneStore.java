package net.facteur.server.demo;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.TxtRecord;

/// The records that are served, and the algorithm that finds them. Safe for use by many threads.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1034#section-4.3.2 RFC 1034, section 4.3.2: Algorithm
final class ZoneStore {
  private static final int MAX_ALIASES = 8;
  private static final int ANY = 255;

  private final List<DomainName> apexes = new ArrayList<>();
  private final NavigableMap<DomainName, List<ZoneRecord<?>>> names = new TreeMap<>();
  private long serial = 1;

  ZoneStore(List<Zone> zones) {
    zones.forEach(this::insert);
  }

  private void insert(Zone zone) {
    apexes.add(zone.apex());
    apexes.sort(Comparator.comparingInt(DomainName::labelCount).reversed());
    zone.records().forEach(this::insert);
  }

  /// What a question leads to.
  sealed interface Finding {
    /// @param records CNAMEs first, then what they lead to
    record Found(List<ZoneRecord<?>> records) implements Finding {}

    /// @param aliases CNAMEs that led to the name without data
    /// @param apex whose SOA proves it
    record NoData(List<ZoneRecord<?>> aliases, DomainName apex, long serial) implements Finding {}

    /// @param aliases CNAMEs that led to the name that does not exist
    /// @param apex whose SOA proves it
    record NoName(List<ZoneRecord<?>> aliases, DomainName apex, long serial) implements Finding {}

    /// The SOA itself was asked for.
    record Authority(DomainName apex, long serial) implements Finding {}

    /// The name is in no zone served here.
    record NotOurs() implements Finding {}
  }

  synchronized Finding find(DomainName asked, int type) {
    var aliases = new ArrayList<ZoneRecord<?>>();
    DomainName name = asked;
    for (int hops = 0; hops <= MAX_ALIASES; hops++) {
      Optional<DomainName> apex = apexOf(name);
      if (apex.isEmpty()) {
        // A CNAME out of our zones: the asker goes on by itself.
        return aliases.isEmpty() ? new Finding.NotOurs() : new Finding.Found(aliases);
      }
      if (type == RecordType.SOA.code() && name.equals(apex.get())) {
        return new Finding.Authority(name, serial);
      }
      List<ZoneRecord<?>> here = names.getOrDefault(name, List.of());
      List<ZoneRecord<?>> matching =
          here.stream().filter(r -> type == ANY || r.type().code() == type).toList();
      if (!matching.isEmpty()) {
        aliases.addAll(matching);
        return new Finding.Found(aliases);
      }
      Optional<ZoneRecord<?>> alias =
          here.stream().filter(r -> r.type().equals(RecordType.CNAME)).findFirst();
      if (alias.isEmpty()) {
        return exists(name, apex.get())
            ? new Finding.NoData(aliases, apex.get(), serial)
            : new Finding.NoName(aliases, apex.get(), serial);
      }
      aliases.add(alias.get());
      name = (DomainName) alias.get().data();
    }
    return new Finding.Found(aliases);
  }

  /// A name exists where it has records, is an apex, or has names below it (RFC 8020).
  private boolean exists(DomainName name, DomainName apex) {
    return name.equals(apex)
        || names.keySet().stream().anyMatch(n -> n.isWithin(name))
        || apexes.stream().anyMatch(a -> a.isWithin(name));
  }

  private Optional<DomainName> apexOf(DomainName name) {
    return apexes.stream().filter(name::isWithin).findFirst();
  }

  synchronized void add(Zone zone) {
    insert(zone);
    serial++;
  }

  synchronized void add(ZoneRecord<?> zoneRecord) {
    if (apexOf(zoneRecord.owner()).isEmpty()) {
      throw new IllegalArgumentException(zoneRecord.owner() + " is in no zone served here");
    }
    insert(zoneRecord);
    serial++;
  }

  private void insert(ZoneRecord<?> zoneRecord) {
    names.computeIfAbsent(zoneRecord.owner(), _ -> new ArrayList<>()).add(zoneRecord);
  }

  synchronized void remove(DomainName owner, RecordType<?> type) {
    List<ZoneRecord<?>> here = names.get(owner);
    if (here != null) {
      here.removeIf(r -> r.type().equals(type));
      if (here.isEmpty()) {
        names.remove(owner);
      }
      serial++;
    }
  }

  /// All records as text: name, type mnemonic, values.
  synchronized Map<String, Map<String, List<String>>> snapshot() {
    var snapshot = new TreeMap<String, Map<String, List<String>>>();
    names.forEach(
        (name, records) -> {
          var types = new HashMap<String, List<String>>();
          for (ZoneRecord<?> r : records) {
            types.computeIfAbsent(r.type().mnemonic(), _ -> new ArrayList<>()).add(text(r.data()));
          }
          snapshot.put(name.text(), new TreeMap<>(types));
        });
    return snapshot;
  }

  private static String text(Object data) {
    if (data instanceof TxtRecord txt) {
      return txt.text();
    }
    if (data instanceof InetAddress address) {
      return address.getHostAddress();
    }
    if (data instanceof MxRecord(int preference, DomainName exchange)) {
      return preference + " " + exchange + (exchange.isRoot() ? "" : ".");
    }
    return data.toString();
  }
}
