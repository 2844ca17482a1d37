package net.facteur.auth.dane;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TlsaRecord;

/// Finds the TLSA records of a mail host.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7672#section-2.2.2 RFC 7672, section 2.2.2: Non-MX
///   Destinations
/// @spec https://www.rfc-editor.org/rfc/rfc7672#section-2.2.3 RFC 7672, section 2.2.3: TLSA Record
///   Lookup
public final class TlsaLookup {
  private final Resolver resolver;

  public TlsaLookup(Resolver resolver) {
    this.resolver = resolver;
  }

  /// What was found for a host.
  public sealed interface Found {
    /// Secure records, at least one of them usable.
    ///
    /// @param base the TLSA base domain: the name that a certificate of usage 2 has to bear
    record Usable(DomainName base, TlsaSet set) implements Found {}

    /// Secure records, none of them usable.
    record Unusable(DomainName base, TlsaSet set) implements Found {}

    /// No secure records: DANE does not apply.
    ///
    /// @param why for the log
    record None(String why) implements Found {}

    /// A look-up failed or was bogus: the host must not be used now (RFC 7672, section 2.1.2).
    ///
    /// @param bogus the DNS answered, and it was not true
    record Failed(String reason, boolean bogus) implements Found {}
  }

  /// Looks for the records of `host`. Blocks for the DNS: the addresses first, and TLSA records
  /// only where those are secure, since the servers of some unsigned zones fail on TLSA questions.
  ///
  /// @param port of the mail host, 25 as a rule
  public Found find(DomainName host, int port) {
    Answer<?> a = resolver.lookup(host, RecordType.A);
    Answer<?> aaaa = resolver.lookup(host, RecordType.AAAA);
    List<Answer.Records<?>> addresses = new ArrayList<>();
    for (Answer<?> answer : List.of(a, aaaa)) {
      if (answer instanceof Answer.Records<?> records) {
        addresses.add(records);
      }
    }
    if (addresses.isEmpty()) {
      return failure(a)
          .or(() -> failure(aaaa))
          .<Found>map(f -> f)
          .orElseGet(() -> new Found.None("the host has no address"));
    }
    Answer.Records<?> best =
        addresses.stream().filter(Answer.Records::secure).findFirst().orElse(addresses.getFirst());
    boolean alias = !best.owner().equals(host);
    if (best.secure()) {
      return firstOf(alias ? List.of(best.owner(), host) : List.of(host), port);
    }
    if (!alias) {
      return new Found.None("the addresses of the host are not secure");
    }
    // Insecure CNAME: the alias itself may be secure, though what it leads to is not.
    return switch (resolver.lookup(host, RecordType.CNAME)) {
      case Answer.Records<DomainName> r when r.secure() -> firstOf(List.of(host), port);
      case Answer.Records<DomainName> _,
          Answer.NoData<DomainName> _,
          Answer.NxDomain<DomainName> _ ->
          new Found.None("the host is an insecure alias");
      case Answer.Failed<DomainName>(String reason) -> new Found.Failed(reason, false);
      case Answer.Bogus<DomainName>(String reason) -> new Found.Failed(reason, true);
    };
  }

  private Found firstOf(List<DomainName> candidates, int port) {
    for (DomainName base : candidates) {
      Optional<DomainName> name = base.child("_tcp").flatMap(n -> n.child("_" + port));
      if (name.isEmpty()) {
        continue; // too long for a name, so there cannot be any
      }
      Answer<TlsaRecord> answer = resolver.lookup(name.get(), RecordType.TLSA);
      Optional<Found.Failed> failed = failure(answer);
      if (failed.isPresent()) {
        return failed.get();
      }
      if (answer instanceof Answer.Records<TlsaRecord> records && records.secure()) {
        TlsaSet set = TlsaSet.of(records.values());
        return set.allUnusable() ? new Found.Unusable(base, set) : new Found.Usable(base, set);
      }
    }
    return new Found.None(
        candidates.stream()
            .map(DomainName::text)
            .collect(Collectors.joining(" and ", "no secure TLSA records at ", "")));
  }

  private static Optional<Found.Failed> failure(Answer<?> answer) {
    return switch (answer) {
      case Answer.Failed<?>(String reason) -> Optional.of(new Found.Failed(reason, false));
      case Answer.Bogus<?>(String reason) -> Optional.of(new Found.Failed(reason, true));
      case Answer.Records<?> _, Answer.NoData<?> _, Answer.NxDomain<?> _ -> Optional.empty();
    };
  }
}
