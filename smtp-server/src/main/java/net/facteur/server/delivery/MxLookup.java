package net.facteur.server.delivery;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;

/// Which hosts take a domain's mail, and where they are.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-5.1 RFC 5321, section 5.1: Locating the
///   Target Host
final class MxLookup {
  private static final int MAX_HOSTS = 20;

  /// Hosts, best first, or why there are none.
  sealed interface Hosts {
    record Found(List<MxHost> hosts) implements Hosts {}

    record None(Failure failure) implements Hosts {}
  }

  /// Addresses, best first, or why there are none.
  sealed interface Addresses {
    record Found(List<InetAddress> addresses) implements Addresses {}

    /// One of them is of this server: neither it nor worse hosts are tried.
    record Ourselves(Failure failure) implements Addresses {}

    record None(Failure failure) implements Addresses {}
  }

  private final Resolver resolver;
  private final DeliverySettings settings;
  private final RandomGenerator random;
  private final Optional<DomainName> self;

  MxLookup(Resolver resolver, DeliverySettings settings, RandomGenerator random) {
    this.resolver = resolver;
    this.settings = settings;
    this.random = random;
    this.self = DomainName.parse(settings.hostName()).toOptional();
  }

  Hosts hosts(DomainName domain) {
    return switch (resolver.lookup(domain, RecordType.MX)) {
      case Answer.Records<MxRecord> records -> ordered(records);
      // Implicit MX: the domain itself, with preference 0.
      case Answer.NoData<MxRecord> none ->
          new Hosts.Found(List.of(new MxHost(domain, 0, none.secure(), none.owner())));
      case Answer.NxDomain<MxRecord> _ ->
          new Hosts.None(Failure.of(5, 1, 2, "the domain " + domain + " does not exist"));
      case Answer.Failed<MxRecord>(String reason) -> new Hosts.None(unanswered(domain, reason));
      case Answer.Bogus<MxRecord>(String reason) -> new Hosts.None(unanswered(domain, reason));
    };
  }

  private static Failure unanswered(DomainName name, String reason) {
    return Failure.of(4, 4, 3, "the DNS gave no usable answer for " + name + ": " + reason);
  }

  private Hosts ordered(Answer.Records<MxRecord> answer) {
    List<MxRecord> records = answer.values();
    if (records.size() == 1 && records.getFirst().exchange().isRoot()) {
      // RFC 7505, section 4.1
      return new Hosts.None(Failure.of(5, 1, 10, "the domain takes no mail (null MX)"));
    }
    var shuffled = new ArrayList<>(records);
    // RFC 5321, section 5.1: equal preferences in random order.
    Collections.shuffle(shuffled, Random.from(random));
    shuffled.sort(Comparator.comparingInt(MxRecord::preference));
    var hosts = new ArrayList<MxHost>();
    for (MxRecord record : shuffled) {
      if (self.isPresent() && record.exchange().equals(self.get())) {
        // Ourselves and all that is no better than ourselves are cut, so that mail cannot circle.
        int own = record.preference();
        hosts.removeIf(h -> h.preference() >= own);
        break;
      }
      if (!record.exchange().isRoot() && hosts.size() < MAX_HOSTS) {
        hosts.add(
            new MxHost(record.exchange(), record.preference(), answer.secure(), answer.owner()));
      }
    }
    return hosts.isEmpty()
        ? new Hosts.None(
            Failure.of(5, 4, 6, "the best mail exchanger is this server: mail loops back"))
        : new Hosts.Found(hosts);
  }

  Addresses addresses(DomainName host) {
    var families = settings.families();
    var v4 = new ArrayList<InetAddress>();
    var v6 = new ArrayList<InetAddress>();
    var failures = new ArrayList<String>();
    // Both kinds are asked for at the same time; the one that is not used is still looked at for
    // TLSA records, and then comes from the cache.
    var v6Answer = new FutureTask<>(() -> resolver.lookup(host, RecordType.AAAA));
    if (families != DeliverySettings.Families.IPV4_ONLY) {
      Thread.startVirtualThread(v6Answer);
    }
    if (families != DeliverySettings.Families.IPV6_ONLY) {
      collect(resolver.lookup(host, RecordType.A), v4, failures);
    }
    if (families != DeliverySettings.Families.IPV4_ONLY) {
      collect(joined(v6Answer), v6, failures);
    }
    var out =
        families == DeliverySettings.Families.IPV6_FIRST ? interleave(v6, v4) : interleave(v4, v6);
    if (out.isEmpty()) {
      return new Addresses.None(
          !failures.isEmpty()
              ? unanswered(host, failures.getFirst())
              : Failure.of(5, 4, 4, "the mail exchanger " + host + " has no address"));
    }
    // RFC 5321, section 5.1: a host that finds itself among the exchangers by one of its addresses
    return out.stream().anyMatch(a -> settings.ownAddresses().contains(IpLiteral.unmapped(a)))
        ? new Addresses.Ourselves(
            Failure.of(5, 4, 6, "the mail exchanger " + host + " is this server: mail loops back"))
        : new Addresses.Found(out);
  }

  private static <T> Answer<T> joined(FutureTask<Answer<T>> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Failed<>("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a resolver throws nothing", e);
    }
  }

  private static void collect(
      Answer<InetAddress> answer, List<InetAddress> into, List<String> failures) {
    switch (answer) {
      case Answer.Records<InetAddress> records -> into.addAll(records.values());
      case Answer.NoData<InetAddress> _, Answer.NxDomain<InetAddress> _ -> {}
      case Answer.Failed<InetAddress>(String reason) -> failures.add(reason);
      case Answer.Bogus<InetAddress>(String reason) -> failures.add(reason);
    }
  }

  private static List<InetAddress> interleave(List<InetAddress> first, List<InetAddress> second) {
    var out = new ArrayList<InetAddress>(first.size() + second.size());
    for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
      if (i < first.size()) {
        out.add(first.get(i));
      }
      if (i < second.size()) {
        out.add(second.get(i));
      }
    }
    return out;
  }
}
