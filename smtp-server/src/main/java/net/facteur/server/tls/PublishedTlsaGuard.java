package net.facteur.server.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import net.facteur.auth.dane.CertificateNames;
import net.facteur.auth.dane.DaneVerdict;
import net.facteur.auth.dane.DaneVerifier;
import net.facteur.auth.dane.TlsaSet;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TlsaRecord;

/// Keeps a certificate out of service while the TLSA records of its names do not fit it: others
/// would refuse to send us mail.
///
/// A certificate that has expired is always replaced. Records of usage 2 cannot be judged by one
/// certificate alone, so a set that has any lets all through.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7672#section-4 RFC 7672, section 4: Server Key
///   Management
public final class PublishedTlsaGuard implements SwapGuard {
  private static final int MAX_NAMES = 20;
  private static final int DANE_EE = 3;

  private final DomainName host;
  private final Supplier<Resolver> resolver;
  private final InstantSource clock;

  /// @param host the name of this server, as MX records have it
  public PublishedTlsaGuard(DomainName host, Supplier<Resolver> resolver, InstantSource clock) {
    this.host = host;
    this.resolver = resolver;
    this.clock = clock;
  }

  @Override
  public Optional<String> refusal(X509Certificate current, X509Certificate next) {
    Instant now = clock.instant();
    if (current.getNotAfter().toInstant().isBefore(now)) {
      return Optional.empty();
    }
    return names(current).stream().flatMap(n -> refusal(n, next, now).stream()).findFirst();
  }

  private Set<DomainName> names(X509Certificate current) {
    Set<DomainName> names = new LinkedHashSet<>();
    if (CertificateNames.bearsAny(current, List.of(host))) {
      names.add(host);
    }
    for (String presented : CertificateNames.presented(current)) {
      DomainName.parse(presented)
          .toOptional()
          .filter(name -> name.isHostName() && names.size() < MAX_NAMES)
          .ifPresent(names::add);
    }
    return names;
  }

  private Optional<String> refusal(DomainName name, X509Certificate next, Instant now) {
    Optional<DomainName> owner = name.child("_tcp").flatMap(n -> n.child("_25"));
    if (owner.isEmpty()) {
      return Optional.empty();
    }
    return switch (resolver.get().lookup(owner.get(), RecordType.TLSA)) {
      case Answer.Records<TlsaRecord> records -> refusal(owner.get(), records.values(), next, now);
      case Answer.NoData<TlsaRecord> _, Answer.NxDomain<TlsaRecord> _ -> Optional.empty();
      case Answer.Failed<TlsaRecord>(String reason) -> Optional.of(unknown(owner.get(), reason));
      case Answer.Bogus<TlsaRecord>(String reason) -> Optional.of(unknown(owner.get(), reason));
    };
  }

  private static String unknown(DomainName owner, String reason) {
    return "whether it fits the TLSA records at " + owner + " cannot be learnt: " + reason;
  }

  private static Optional<String> refusal(
      DomainName owner, List<TlsaRecord> records, X509Certificate next, Instant now) {
    TlsaSet set = TlsaSet.of(records);
    if (set.allUnusable() || set.usable().stream().anyMatch(r -> r.usage() != DANE_EE)) {
      return Optional.empty();
    }
    return new DaneVerifier(set, List.of()).verify(List.of(next), now)
            instanceof DaneVerdict.Matched
        ? Optional.empty()
        : Optional.of(
            "the TLSA records at "
                + owner
                + " do not fit it; publish the record that `facteur tls tlsa --cert` prints for it"
                + " beside the old one, and wait for twice its TTL");
  }
}
