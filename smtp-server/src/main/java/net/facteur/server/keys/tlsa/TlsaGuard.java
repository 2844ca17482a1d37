package net.facteur.server.keys.tlsa;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dane.CertificateNames;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.server.tls.SwapGuard;

/// Lets a certificate into service only after TLSA records that fit it have been at every name
/// server for two TTLs, for each name of the one before that has TLSA records at all.
///
/// It remembers nothing across a restart: the certificate that the host's MX records lead to is the
/// business of [TlsaRoll], this is for the others.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7672#section-4 RFC 7672, section 4: Server Key
///   Management
public final class TlsaGuard implements SwapGuard {
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final int MAX_NAMES = 20;

  private final Authorities authorities;
  private final Resolver resolver;
  private final DomainName host;
  private final InstantSource clock;
  private final Map<Fitting, Instant> seen = new HashMap<>();
  private final Map<TlsaRecord, Refusal> refused = new HashMap<>();

  private record Fitting(DomainName host, TlsaRecord key) {}

  private record Refusal(Instant until, String why) {}

  /// @param host the name of this server, as MX records have it
  public TlsaGuard(
      Authorities authorities, Resolver resolver, DomainName host, InstantSource clock) {
    this.authorities = authorities;
    this.resolver = resolver;
    this.host = host;
    this.clock = clock;
  }

  @Override
  public synchronized Optional<String> refusal(
      List<X509Certificate> current, List<X509Certificate> next) {
    TlsaRecord wanted = TlsaRecords.ofKey(next.getFirst());
    Instant now = clock.instant();
    Refusal before = refused.get(wanted);
    if (before != null && now.isBefore(before.until())) {
      return Optional.of(before.why());
    }
    Optional<String> why =
        names(current.getFirst()).stream()
            .flatMap(name -> refusal(name, current, next, wanted, now).stream())
            .findFirst();
    refused.clear();
    why.ifPresent(text -> refused.put(wanted, new Refusal(now.plus(PAUSE), text)));
    return why;
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

  private Optional<String> refusal(
      DomainName name,
      List<X509Certificate> current,
      List<X509Certificate> next,
      TlsaRecord wanted,
      Instant now) {
    return PublishedTlsa.of(authorities, resolver, name)
        .flatMap(
            published ->
                switch (published.look()) {
                  case PublishedTlsa.Found.Nothing() -> Optional.empty();
                  case PublishedTlsa.Found.Unknown(String why) ->
                      Optional.of(
                          "whether it fits the TLSA records at "
                              + published.owner()
                              + " cannot be learnt: "
                              + why);
                  case PublishedTlsa.Found.Records(Survey<TlsaRecord> survey) ->
                      refusal(published, survey, current, next, wanted, now);
                });
  }

  private Optional<String> refusal(
      PublishedTlsa published,
      Survey<TlsaRecord> survey,
      List<X509Certificate> current,
      List<X509Certificate> next,
      TlsaRecord wanted,
      Instant now) {
    var fitting = new Fitting(published.host(), wanted);
    if (published.fitAlike(survey, current, next, now)) {
      return Optional.empty();
    }
    if (!published.fit(survey, next, now)) {
      seen.remove(fitting);
      return Optional.of(
          "its key is not among the TLSA records of "
              + published.host()
              + " at every name server, so that DANE senders would deliver nothing; publish beside"
              + " the others: "
              + published.line(wanted));
    }
    Instant since = seen.computeIfAbsent(fitting, _ -> now);
    Instant ready = since.plus(PublishedTlsa.twice(survey));
    return now.isBefore(ready)
        ? Optional.of(
            "its TLSA record is at every name server, and caches may lack it until " + ready)
        : Optional.empty();
  }
}
