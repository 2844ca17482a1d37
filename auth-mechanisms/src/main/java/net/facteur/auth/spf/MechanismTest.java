package net.facteur.auth.spf;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;

/// The mechanisms that compare the client with what the DNS holds at a target-name.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-5 RFC 7208, section 5: Mechanism
///   Definitions
final class MechanismTest {
  private static final int SHOWN = 10;

  private final Resolver resolver;
  private final InetAddress client;
  private final SpfLimits limits;
  private final LookupBudget budget;
  private final ValidatedNames names;

  MechanismTest(
      Resolver resolver,
      InetAddress client,
      SpfLimits limits,
      LookupBudget budget,
      ValidatedNames names) {
    this.resolver = resolver;
    this.client = client;
    this.limits = limits;
    this.budget = budget;
    this.names = names;
  }

  Match a(DomainName name, Mechanism.DualCidr cidr) {
    Answer<InetAddress> answer = resolver.lookup(name, Addresses.typeOf(client));
    return spentOrFailed(name, answer).orElseGet(() -> among(name, answer.orEmpty(), cidr));
  }

  /// 5: an error of the DNS ends the check with "temperror"; an empty answer goes on.
  private Optional<Match> spentOrFailed(DomainName name, Answer<?> answer) {
    return budget.countVoid(answer).<Match>map(e -> e).or(() -> failure(name, answer));
  }

  private static Optional<Match> failure(DomainName name, Answer<?> answer) {
    return answer.temporaryFailure()
        ? Optional.of(new Match.Failure(SpfResult.TEMPERROR, "the look-up of " + name + " failed"))
        : Optional.empty();
  }

  private Match among(DomainName name, List<InetAddress> found, Mechanism.DualCidr cidr) {
    int bits = cidr.of(client);
    boolean matches = found.stream().anyMatch(a -> IpLiteral.samePrefix(client, a, bits));
    return Match.of(
        matches,
        name
            + (found.isEmpty() ? " has no address" : " is ")
            + found.stream().limit(SHOWN).map(IpLiteral::print).collect(Collectors.joining(", ")));
  }

  Match mx(DomainName name, Mechanism.DualCidr cidr) {
    Answer<MxRecord> answer = resolver.lookup(name, RecordType.MX);
    Optional<Match> ended = spentOrFailed(name, answer);
    if (ended.isPresent()) {
      return ended.get();
    }
    List<MxRecord> hosts = answer.orEmpty();
    if (hosts.size() > limits.mxNames()) {
      // 4.6.4: if this limit is exceeded, the "mx" mechanism MUST produce a "permerror"
      return new Match.Failure(
          SpfResult.PERMERROR, name + " has more than " + limits.mxNames() + " MX records");
    }
    Match last = new Match.No(name + " has no mail server");
    for (MxRecord host : hosts) {
      if (host.exchange().isRoot()) {
        continue; // RFC 7505: no host at all
      }
      Answer<InetAddress> addresses = resolver.lookup(host.exchange(), Addresses.typeOf(client));
      // an IPv6 client finds no AAAA at IPv4 hosts: 4.6.4 counts void terms, and this one is not
      last =
          failure(host.exchange(), addresses)
              .orElseGet(() -> among(host.exchange(), addresses.orEmpty(), cidr));
      switch (last) {
        case Match.Yes _, Match.Failure _ -> {
          return last;
        }
        case Match.No _ -> {}
      }
    }
    return hosts.size() > 1 ? new Match.No("none of " + hosts.size() + " mail servers") : last;
  }

  Match ptr(DomainName name) {
    List<DomainName> validated = names.all();
    Optional<Match.Failure> spent = budget.exceeded();
    if (spent.isPresent()) {
      return spent.get();
    }
    boolean matches = validated.stream().anyMatch(n -> n.isWithin(name));
    return Match.of(
        matches,
        validated.isEmpty()
            ? "the client has no name that leads back to it"
            : "the client is "
                + validated.stream().map(DomainName::text).collect(Collectors.joining(", ")));
  }

  /// 5.7: the look-up is of type A even when the connection is IPv6.
  Match exists(DomainName name) {
    Answer<InetAddress> answer = resolver.lookup(name, RecordType.A);
    return spentOrFailed(name, answer)
        .orElseGet(() -> Match.of(!answer.orEmpty().isEmpty(), name.toString()));
  }
}
