package net.facteur.auth.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/// Finds the name servers of a zone and asks each of them.
///
/// A cache is asked for the servers of the first two labels of a name and for addresses of servers,
/// which exist in any case; from there on referrals lead down, so that no cache ever hears of a
/// name that is not there yet.
public final class AuthoritativeServers implements Authorities {
  private static final int MAX_SERVERS = 32;
  private static final int MAX_STEPS = 16;
  private static final int TRIES = 2;

  private final Resolver resolver;
  private final int port;
  private final Duration timeout;

  /// @param resolver leads to the servers
  /// @param port 53; anything else is for trials
  /// @param timeout for one question to one server
  public AuthoritativeServers(Resolver resolver, int port, Duration timeout) {
    this.resolver = resolver;
    this.port = port;
    this.timeout = timeout;
  }

  @Override
  public <T> Survey<T> ask(DomainName name, RecordType<T> type) {
    var walk = new Walk(name);
    DomainName zone = name.suffix(2);
    Optional<SequencedSet<DomainName>> servers = topServers(name);
    if (servers.isEmpty()) {
      return Survey.lost(name, "the name servers of " + zone + " cannot be found");
    }
    walk.enter(zone, servers.get());
    for (int step = 0; step < MAX_STEPS; step++) {
      Map<String, Heard> heard = askAll(walk.servers, walk.at, type.code());
      Optional<Referral> referral =
          heard.values().stream().flatMap(h -> h.referral(walk.at, walk.zone).stream()).findFirst();
      if (referral.isPresent()) {
        walk.enter(referral.get().zone(), referral.get().servers());
        continue;
      }
      Optional<DomainName> alias =
          heard.values().stream().flatMap(h -> h.alias(walk.at).stream()).findFirst();
      if (alias.isPresent() && type.code() != Type.CNAME) {
        boolean agreed = heard.values().stream().allMatch(h -> h.alias(walk.at).equals(alias));
        if (!agreed) {
          return Survey.lost(walk.at, "the servers of " + walk.zone + " differ on the CNAME");
        }
        walk.at = alias.get();
        Optional<SequencedSet<DomainName>> next = topServers(walk.at);
        if (next.isEmpty()) {
          return Survey.lost(walk.at, "the name servers of " + walk.at + " cannot be found");
        }
        walk.enter(walk.at.suffix(2), next.get());
        continue;
      }
      if (walk.complete(heard)) {
        continue;
      }
      return survey(walk, heard, type);
    }
    return Survey.lost(walk.at, "too many referrals and CNAMEs");
  }

  /// Where the search stands.
  private final class Walk {
    DomainName at;
    DomainName zone;
    SequencedSet<DomainName> servers = new LinkedHashSet<>();
    private boolean whole;

    Walk(DomainName name) {
      this.at = name;
      this.zone = name;
    }

    void enter(DomainName next, SequencedSet<DomainName> with) {
      zone = next;
      servers = with;
      whole = false;
    }

    /// The parent may name fewer servers than the zone itself does: both are asked.
    ///
    /// @return true where there are more to ask
    boolean complete(Map<String, Heard> heard) {
      if (whole) {
        return false;
      }
      whole = true;
      heard.values().stream().flatMap(h -> h.apex().stream()).findFirst().ifPresent(z -> zone = z);
      var all = new LinkedHashSet<>(servers);
      for (Heard h : askAll(servers, zone, Type.NS).values()) {
        h.servers(zone).stream().limit(MAX_SERVERS).forEach(all::add);
      }
      boolean more = all.size() > servers.size();
      servers = all;
      return more;
    }
  }

  private record Referral(DomainName zone, SequencedSet<DomainName> servers) {}

  /// One server's message, or why there is none.
  private record Heard(Optional<Message> message, String reason) {
    private List<Record> section(int section) {
      return message.map(m -> m.getSection(section)).orElse(List.of());
    }

    private boolean authoritative() {
      return message.filter(m -> m.getHeader().getFlag(Flags.AA)).isPresent();
    }

    /// RFC 1034, 4.3.2, 3 b: a server without authority names those that have it.
    Optional<Referral> referral(DomainName asked, DomainName zone) {
      if (authoritative()) {
        return Optional.empty();
      }
      var servers = new LinkedHashSet<DomainName>();
      Optional<DomainName> below = Optional.empty();
      for (Record r : section(Section.AUTHORITY)) {
        if (r instanceof NSRecord ns) {
          Optional<DomainName> owner = DnsjavaRecords.name(ns.getName());
          if (owner.isPresent()
              && asked.isWithin(owner.get())
              && owner.get().labelCount() > zone.labelCount()) {
            below = owner;
            DnsjavaRecords.name(ns.getTarget()).ifPresent(servers::add);
          }
        }
      }
      return below.map(child -> new Referral(child, servers));
    }

    Optional<DomainName> alias(DomainName asked) {
      Name name = DnsjavaRecords.name(asked);
      return authoritative()
          ? section(Section.ANSWER).stream()
              .filter(r -> r instanceof CNAMERecord && r.getName().equals(name))
              .findFirst()
              .flatMap(r -> DnsjavaRecords.name(((CNAMERecord) r).getTarget()))
          : Optional.empty();
    }

    Optional<DomainName> apex() {
      return section(Section.AUTHORITY).stream()
          .filter(r -> r instanceof SOARecord || r instanceof NSRecord)
          .findFirst()
          .flatMap(r -> DnsjavaRecords.name(r.getName()));
    }

    List<DomainName> servers(DomainName zone) {
      Name name = DnsjavaRecords.name(zone);
      return authoritative()
          ? section(Section.ANSWER).stream()
              .filter(r -> r instanceof NSRecord && r.getName().equals(name))
              .flatMap(r -> DnsjavaRecords.name(((NSRecord) r).getTarget()).stream())
              .toList()
          : List.of();
    }
  }

  private Optional<SequencedSet<DomainName>> topServers(DomainName name) {
    for (int labels : new int[] {2, 1}) {
      var found =
          new LinkedHashSet<DomainName>(
              resolver.lookup(name.suffix(labels), RecordType.NS).orEmpty());
      if (!found.isEmpty()) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /// Every server at its addresses; one that answers at one address need not at the others.
  private Map<String, Heard> askAll(SequencedSet<DomainName> servers, DomainName name, int type) {
    var heard = new LinkedHashMap<String, Heard>();
    for (DomainName server : servers.stream().limit(MAX_SERVERS).toList()) {
      var atAddresses = new LinkedHashMap<String, Heard>();
      for (InetAddress address : addresses(server)) {
        atAddresses.put(
            server + " [" + address.getHostAddress() + "]",
            askOne(new InetSocketAddress(address, port), name, type));
      }
      boolean answered = atAddresses.values().stream().anyMatch(h -> h.message().isPresent());
      atAddresses.forEach(
          (where, h) -> {
            if (h.message().isPresent() || !answered) {
              heard.put(where, h);
            }
          });
      if (atAddresses.isEmpty()) {
        heard.put(server.text(), new Heard(Optional.empty(), "no address"));
      }
    }
    return heard;
  }

  private List<InetAddress> addresses(DomainName server) {
    var addresses = new ArrayList<InetAddress>(resolver.lookup(server, RecordType.A).orEmpty());
    addresses.addAll(resolver.lookup(server, RecordType.AAAA).orEmpty());
    return addresses;
  }

  private Heard askOne(InetSocketAddress server, DomainName name, int type) {
    var asker = new SimpleResolver(server);
    asker.setTimeout(timeout);
    var query = Message.newQuery(Record.newRecord(DnsjavaRecords.name(name), type, DClass.IN));
    query.getHeader().unsetFlag(Flags.RD);
    String reason = "no answer";
    for (int i = 0; i < TRIES; i++) {
      try {
        Message response = asker.send(query);
        int rcode = response.getRcode();
        if (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN) {
          return new Heard(Optional.of(response), "");
        }
        reason = Rcode.string(rcode);
      } catch (IOException | RuntimeException e) {
        reason = "no answer in time";
      }
    }
    return new Heard(Optional.empty(), reason);
  }

  private <T> Survey<T> survey(Walk walk, Map<String, Heard> heard, RecordType<T> type) {
    var said = new ArrayList<Survey.Said<T>>();
    heard.forEach((server, h) -> said.add(new Survey.Said<>(server, reply(h, walk.at, type))));
    return new Survey<>(walk.zone, walk.at, said, negativeTtl(walk), Optional.empty());
  }

  private static <T> Survey.Reply<T> reply(Heard heard, DomainName at, RecordType<T> type) {
    if (heard.message().isEmpty()) {
      return new Survey.Reply.Silent<>(heard.reason());
    }
    if (!heard.authoritative()) {
      return new Survey.Reply.Silent<>("it has no authority for " + at);
    }
    Name name = DnsjavaRecords.name(at);
    var values = new ArrayList<T>();
    long ttl = 0;
    for (Record r : heard.section(Section.ANSWER)) {
      if (r.getName().equals(name) && r.getType() == type.code()) {
        DnsjavaRecords.data(r).map(type.data()::cast).ifPresent(values::add);
        ttl = Math.max(ttl, r.getTTL());
      }
    }
    return values.isEmpty()
        ? new Survey.Reply.Lacks<>()
        : new Survey.Reply.Holds<>(values, Duration.ofSeconds(ttl));
  }

  /// RFC 2308, 5: the lesser of the SOA's minimum and its own TTL.
  private Duration negativeTtl(Walk walk) {
    long longest = 0;
    for (Heard h : askAll(walk.servers, walk.zone, Type.SOA).values()) {
      for (Record r : h.section(Section.ANSWER)) {
        if (r instanceof SOARecord soa) {
          longest = Math.max(longest, Math.min(soa.getMinimum(), soa.getTTL()));
        }
      }
    }
    return Duration.ofSeconds(longest);
  }
}
