package net.facteur.server.keys.tlsa;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dane.DaneVerdict;
import net.facteur.auth.dane.DaneVerifier;
import net.facteur.auth.dane.TlsaSet;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TlsaRecord;

/// The TLSA records of a host, as its name servers have them.
///
/// @param host the name in MX records
/// @param owner where the records stand
public record PublishedTlsa(
    Authorities authorities, Resolver resolver, DomainName host, DomainName owner) {

  /// What was found.
  public sealed interface Found {
    /// No server has any, so that no certificate has to fit.
    record Nothing() implements Found {}

    /// Some server has some.
    record Records(Survey<TlsaRecord> survey) implements Found {}

    /// Nobody knows.
    record Unknown(String why) implements Found {}
  }

  /// Empty where the name of the host is too long.
  public static Optional<PublishedTlsa> of(
      Authorities authorities, Resolver resolver, DomainName host) {
    return host.child("_25._tcp")
        .map(owner -> new PublishedTlsa(authorities, resolver, host, owner));
  }

  /// Asks every name server.
  public Found look() {
    Survey<TlsaRecord> survey = authorities.ask(owner, RecordType.TLSA);
    if (survey.servers().isEmpty()) {
      // A name that does not exist, in no zone with servers, has no records.
      return switch (resolver.lookup(owner, RecordType.TLSA)) {
        case Answer.NxDomain<TlsaRecord> _, Answer.NoData<TlsaRecord> _ -> new Found.Nothing();
        case Answer.Records<TlsaRecord> _,
            Answer.Failed<TlsaRecord> _,
            Answer.Bogus<TlsaRecord> _ ->
            new Found.Unknown(survey.problem().orElse("no name server was found for " + owner));
      };
    }
    if (survey.nowhere()) {
      return new Found.Nothing();
    }
    return survey.any(_ -> true)
        ? new Found.Records(survey)
        : new Found.Unknown(survey.explain(_ -> true));
  }

  /// True where every server holds records that fit the chain.
  boolean fit(Survey<TlsaRecord> survey, List<X509Certificate> chain, Instant now) {
    return survey.all(records -> fits(records, chain, now));
  }

  /// True where every server holds a record that fits both chains: then caches know it already.
  boolean fitAlike(
      Survey<TlsaRecord> survey,
      List<X509Certificate> one,
      List<X509Certificate> other,
      Instant now) {
    return survey.all(
        records ->
            records.stream()
                .anyMatch(r -> fits(List.of(r), one, now) && fits(List.of(r), other, now)));
  }

  /// RFC 7672, 2.2: where no record is usable, any certificate will do.
  private boolean fits(List<TlsaRecord> records, List<X509Certificate> chain, Instant now) {
    TlsaSet set = TlsaSet.of(records);
    return set.allUnusable()
        || new DaneVerifier(set, List.of(host)).verify(chain, now) instanceof DaneVerdict.Matched;
  }

  /// How long caches may go on with an older answer.
  static Duration twice(Survey<TlsaRecord> survey) {
    return survey.ttl().multipliedBy(2);
  }

  String line(TlsaRecord wanted) {
    return owner + ". IN TLSA " + wanted;
  }
}
