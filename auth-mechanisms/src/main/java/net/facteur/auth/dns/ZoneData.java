package net.facteur.auth.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TTL;
import org.xbill.DNS.Type;

/// The names of a fixed zone and what each holds, read from a map or from a master file.
final class ZoneData {
  /// Seconds that answers from a map may be kept.
  static final long DEFAULT_TTL = 300;

  /// The key under which a name's failure for every type not listed stands.
  private static final int ANY_OTHER = -1;

  private final Map<DomainName, Node> nodes = new HashMap<>();
  private final Set<DomainName> existing = new HashSet<>(Set.of(DomainName.ROOT));

  /// What one name holds: record data or a failure by type code.
  private static final class Node {
    final Map<Integer, List<Object>> data = new HashMap<>();
    final Map<Integer, String> failures = new HashMap<>();
    long ttl = DEFAULT_TTL;
  }

  /// What stands at one name for one type.
  sealed interface Found {
    record Data(List<Object> values, long ttl) implements Found {}

    record Failure(String reason) implements Found {}

    record NothingOfType() implements Found {}

    record NoName() implements Found {}
  }

  /// Looks at `name`, or at the wildcard that covers it.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc4592#section-3.3.1 RFC 4592, section 3.3.1: The
  ///   Closest Encloser and the Source of Synthesis
  Found find(DomainName name, int type) {
    if (existing.contains(name)) {
      return at(nodes.get(name), type);
    }
    DomainName encloser = name;
    while (!existing.contains(encloser)) {
      encloser = encloser.parent().orElse(DomainName.ROOT);
    }
    Node wildcard = encloser.child("*").map(nodes::get).orElse(null);
    return wildcard == null ? new Found.NoName() : at(wildcard, type);
  }

  private static Found at(@Nullable Node node, int type) {
    if (node == null) {
      return new Found.NothingOfType();
    }
    List<Object> values = node.data.get(type);
    if (values != null && !values.isEmpty()) {
      return new Found.Data(values, node.ttl);
    }
    String failure = node.failures.get(type);
    if (failure == null && values == null) {
      failure = node.failures.get(ANY_OTHER);
    }
    return failure == null ? new Found.NothingOfType() : new Found.Failure(failure);
  }

  private Node node(DomainName name) {
    for (DomainName n = name; existing.add(n); ) {
      n = n.parent().orElse(DomainName.ROOT);
    }
    return nodes.computeIfAbsent(name, _ -> new Node());
  }

  static Parsed<ZoneData> read(Map<String, ?> zone) {
    var data = new ZoneData();
    for (Map.Entry<String, ?> entry : zone.entrySet()) {
      Parsed<DomainName> name =
          Ascii.isAscii(entry.getKey())
              ? DomainName.parseExpanded(entry.getKey())
              : DomainName.parse(entry.getKey());
      switch (name) {
        case Parsed.Malformed<DomainName> m -> {
          return bad(entry.getKey(), m.expected());
        }
        case Parsed.Ok<DomainName>(DomainName owner) -> {
          try {
            data.add(owner, entry.getValue());
          } catch (IOException e) {
            return bad(entry.getKey(), String.valueOf(e.getMessage()));
          }
        }
      }
    }
    return Parsed.ok(data);
  }

  private static Parsed<ZoneData> bad(String name, String problem) {
    return Parsed.malformed(0, "in the zone, at " + name + ": " + problem);
  }

  private void add(DomainName owner, Object held) throws IOException {
    if (held instanceof String word && Ascii.equalsIgnoreCase(word, "NXDOMAIN")) {
      return;
    }
    Node node = node(owner);
    switch (held) {
      case String failure when isFailure(failure) -> node.failures.put(ANY_OTHER, failure);
      case Map<?, ?> types -> {
        for (Map.Entry<?, ?> type : types.entrySet()) {
          addType(node, Ascii.lower(String.valueOf(type.getKey())), type.getValue());
        }
      }
      case List<?> several -> {
        for (Object one : several) {
          add(owner, one);
        }
      }
      default -> throw new IOException("a map of record types, \"SERVFAIL\" or \"TIMEOUT\"");
    }
  }

  private void addType(Node node, String mnemonic, @Nullable Object values) throws IOException {
    int code = mnemonic.equals("*") ? ANY_OTHER : Type.value(mnemonic);
    if (values instanceof String failure && isFailure(failure)) {
      node.failures.put(code, failure);
      return;
    }
    if (!RecordType.CODES.contains(code)) {
      return; // a type nobody asks for: the name exists, that is all
    }
    List<Object> data = node.data.computeIfAbsent(code, _ -> new ArrayList<>());
    for (Object value : records(values)) {
      data.add(datum(code, value));
    }
  }

  /// A list of records; one that stands alone may be without the list, also where it is a list
  /// itself, as `[10, "mx.example.org"]` is.
  private static List<?> records(@Nullable Object values) {
    return switch (values) {
      case null -> List.of();
      case List<?> list when !list.isEmpty() && list.getFirst() instanceof Number -> List.of(list);
      case List<?> list -> list;
      default -> List.of(values);
    };
  }

  private static boolean isFailure(String value) {
    return Ascii.equalsIgnoreCase(value, "SERVFAIL") || Ascii.equalsIgnoreCase(value, "TIMEOUT");
  }

  private static Object datum(int code, Object value) throws IOException {
    if (code == Type.TXT) {
      if (value instanceof List<?> strings) {
        return new TxtRecord(strings.stream().map(s -> octets(String.valueOf(s))).toList());
      }
      String text = String.valueOf(value);
      if (!(text.length() > 1 && text.startsWith("\"") && text.endsWith("\""))) {
        return TxtRecord.of(octets(text));
      }
    }
    String text =
        value instanceof List<?> parts
            ? String.join(" ", parts.stream().map(ZoneData::part).toList())
            : part(value);
    Record record =
        Record.fromString(Name.root, code, DClass.IN, DEFAULT_TTL, octets(text), Name.root);
    return DnsjavaRecords.data(record)
        .orElseThrow(() -> new IOException("a record that can be used, not " + text));
  }

  /// An empty name is the root.
  private static String part(Object part) {
    String text = String.valueOf(part);
    return text.isEmpty() ? "." : text;
  }

  /// Unicode text as the octets of its UTF-8 form, one `char` each.
  private static String octets(String text) {
    return Ascii.isAscii(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  static Parsed<ZoneData> readMaster(String text, DomainName origin) {
    var data = new ZoneData();
    var in = new ByteArrayInputStream(octets(text).getBytes(StandardCharsets.ISO_8859_1));
    try (var master = new Master(in, DnsjavaRecords.name(origin), DEFAULT_TTL)) {
      master.disableIncludes(true);
      master.expandGenerate(false);
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        data.add(record);
      }
    } catch (IOException | IllegalArgumentException e) {
      return Parsed.malformed(0, "a master file: " + DnsjavaRecords.inLine(e));
    }
    return Parsed.ok(data);
  }

  private void add(Record record) throws IOException {
    DomainName owner =
        DnsjavaRecords.name(record.getName())
            .orElseThrow(() -> new IOException("a printable name, not " + record.getName()));
    Node node = node(owner);
    node.ttl = Math.min(node.ttl, Math.clamp(record.getTTL(), 0, TTL.MAX_VALUE));
    List<Object> values = node.data.computeIfAbsent(record.getType(), _ -> new ArrayList<>());
    DnsjavaRecords.data(record).ifPresent(values::add);
  }
}
