package net.facteur.server.doctor;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.SoaRecord;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.PolicyFetch;

/// Whether mail travels under cover: DNSSEC, TLSA, MTA-STS, TLSRPT, and the certificate.
final class TransportChecks {
  private static final Duration SOON = Duration.ofDays(14);

  private final ServerFacts patient;
  private final List<Finding> findings = new ArrayList<>();

  TransportChecks(ServerFacts patient) {
    this.patient = patient;
  }

  List<Finding> examine() {
    for (DomainName domain : patient.domains().stream().sorted().toList()) {
      dnssec(domain);
      mtaSts(domain);
      tlsReports(domain);
    }
    tlsa();
    certificates();
    return List.copyOf(findings);
  }

  private void dnssec(DomainName domain) {
    Answer<SoaRecord> answer = patient.resolver().lookup(domain, RecordType.SOA);
    switch (answer) {
      case Answer.Records<SoaRecord> soa when soa.secure() ->
          findings.add(Finding.ok("dnssec", domain.text(), "is signed", "est sign\u00e9"));
      case Answer.Bogus<SoaRecord>(String reason) ->
          findings.add(
              Finding.error(
                  "dnssec",
                  domain.text(),
                  "is signed wrongly (" + reason + "): mail to it stops at careful senders",
                  "est mal sign\u00e9 : le courrier s'arr\u00eate chez les exp\u00e9diteurs"
                      + " prudents"));
      case Answer.Failed<SoaRecord> _ -> findings.add(NameChecks.unknown("dnssec", domain.text()));
      case Answer.Records<SoaRecord> _, Answer.NoData<SoaRecord> _, Answer.NxDomain<SoaRecord> _ ->
          findings.add(
              Finding.warning(
                  "dnssec",
                  domain.text(),
                  "is not signed: whoever can forge DNS answers can read the mail. Ask who runs the"
                      + " DNS",
                  "n'est pas sign\u00e9 : qui falsifie le DNS peut lire le courrier. Demandez"
                      + " \u00e0 votre h\u00e9bergeur DNS"));
    }
  }

  private void tlsa() {
    Optional<DomainName> owner = patient.host().child("_25._tcp");
    if (owner.isEmpty() || patient.certificates().isEmpty()) {
      return;
    }
    Answer<TlsaRecord> answer = patient.resolver().lookup(owner.get(), RecordType.TLSA);
    TlsaRecord live = TlsaRecords.ofKey(patient.certificates().getFirst());
    String line = owner.get() + ". IN TLSA " + live;
    if (answer.temporaryFailure()) {
      findings.add(NameChecks.unknown("tlsa", owner.get().text()));
    } else if (answer.orEmpty().isEmpty()) {
      boolean signed =
          patient.resolver().lookup(patient.host(), RecordType.A)
                  instanceof Answer.Records<?> records
              && records.secure();
      findings.add(
          signed
              ? Finding.warning(
                  "tlsa",
                  owner.get().text(),
                  "the zone is signed, and has no TLSA record yet",
                  "la zone est sign\u00e9e, mais sans enregistrement TLSA",
                  line)
              : Finding.ok(
                  "tlsa",
                  owner.get().text(),
                  "none, as the zone is not signed",
                  "aucun, car la zone n'est pas sign\u00e9e"));
    } else if (answer.orEmpty().contains(live)) {
      findings.add(
          Finding.ok(
              "tlsa", owner.get().text(), "fits the certificate", "correspond au certificat"));
    } else {
      findings.add(
          Finding.error(
              "tlsa",
              owner.get().text(),
              "does not fit the key of the certificate in service: DANE senders deliver nothing",
              "ne correspond pas au certificat : les exp\u00e9diteurs DANE ne livrent plus rien",
              line));
    }
  }

  private void mtaSts(DomainName domain) {
    boolean published =
        text(
            "mta-sts",
            domain,
            "_mta-sts",
            "v=STSv1;",
            "senders that do not know DANE can be led to plain text",
            "les exp\u00e9diteurs sans DANE peuvent \u00eatre men\u00e9s au texte clair",
            patient.policy());
    if (published && patient.network().online()) {
      switch (patient.policies().fetch(domain)) {
        case PolicyFetch.Fetched(MtaStsPolicyText policy) -> policy(domain, policy);
        case PolicyFetch.Failed failed ->
            findings.add(
                Finding.warning(
                    "mta-sts-policy",
                    domain.text(),
                    "the record is there, and the policy is not ("
                        + failed.failure().reason()
                        + "), so that it protects nobody",
                    "l'enregistrement est l\u00e0, la politique non ("
                        + failed.failure().reason()
                        + ") : elle ne prot\u00e8ge personne",
                    "facteur explain listen.policy"));
      }
    }
  }

  /// RFC 8461, 4.1: mail goes to no host that the policy does not name.
  private void policy(DomainName domain, MtaStsPolicyText policy) {
    List<DomainName> strange =
        patient.resolver().lookup(domain, RecordType.MX).orEmpty().stream()
            .map(MxRecord::exchange)
            .filter(host -> !policy.allows(host))
            .toList();
    if (policy.mode() == MtaStsPolicyText.Mode.NONE || strange.isEmpty()) {
      findings.add(
          Finding.ok(
              "mta-sts-policy",
              domain.text(),
              "names every host in the MX records, mode " + policy.mode().word(),
              "nomme chaque serveur des MX, mode " + policy.mode().word()));
      return;
    }
    String english = "does not name " + strange + ", which MX records lead to";
    String french = "ne nomme pas " + strange + ", o\u00f9 m\u00e8nent des MX";
    findings.add(
        policy.mode() == MtaStsPolicyText.Mode.ENFORCE
            ? Finding.error(
                "mta-sts-policy",
                domain.text(),
                english + ": careful senders deliver nothing there",
                french + " : les exp\u00e9diteurs prudents n'y livrent rien",
                "facteur explain mta-sts.mx")
            : Finding.warning(
                "mta-sts-policy", domain.text(), english, french, "facteur explain mta-sts.mx"));
  }

  private void tlsReports(DomainName domain) {
    var _ =
        text(
            "tlsrpt",
            domain,
            "_smtp._tls",
            "v=TLSRPTv1;",
            "nobody tells you when TLS towards you fails",
            "personne ne vous dit quand TLS \u00e9choue chez vous",
            "v=TLSRPTv1; rua=mailto:postmaster@" + domain);
  }

  /// @return true where the record is there
  private boolean text(
      String check,
      DomainName domain,
      String prefix,
      String start,
      String english,
      String french,
      String wanted) {
    Optional<DomainName> owner = domain.child(prefix);
    if (owner.isEmpty()) {
      return false;
    }
    Answer<TxtRecord> answer = patient.resolver().lookup(owner.get(), RecordType.TXT);
    long found = answer.orEmpty().stream().filter(t -> t.text().startsWith(start)).count();
    if (answer.temporaryFailure()) {
      findings.add(NameChecks.unknown(check, domain.text()));
    } else if (found == 1) {
      findings.add(Finding.ok(check, domain.text(), "is published", "est publi\u00e9"));
    } else {
      findings.add(
          Finding.warning(
              check,
              domain.text(),
              (found == 0 ? "no record: " : "several records count as none: ") + english,
              (found == 0 ? "aucun : " : "plusieurs ne valent aucun : ") + french,
              owner.get() + ". IN TXT \"" + wanted + "\""));
    }
    return found == 1;
  }

  private void certificates() {
    if (patient.certificates().isEmpty()) {
      findings.add(
          Finding.error(
              "certificate",
              patient.host().text(),
              "there is none, so that users cannot hand in mail",
              "il n'y en a pas : les utilisateurs ne peuvent rien envoyer",
              "tls { certificate = ..., key = ... }"));
    }
    Instant now = patient.clock().instant();
    for (X509Certificate certificate : patient.certificates()) {
      Instant end = certificate.getNotAfter().toInstant();
      long days = Duration.between(now, end).toDays();
      String subject = certificate.getSubjectX500Principal().getName();
      if (!end.isAfter(now)) {
        findings.add(Finding.error("certificate", subject, "has expired", "a expir\u00e9"));
      } else if (end.isBefore(now.plus(SOON))) {
        findings.add(
            Finding.warning(
                "certificate",
                subject,
                "expires in " + days + " days; is renewal at work?",
                "expire dans " + days + " jours ; le renouvellement fonctionne-t-il ?",
                "certbot renew"));
      } else if (now.isBefore(certificate.getNotBefore().toInstant())) {
        findings.add(
            Finding.error(
                "certificate",
                subject,
                "is not valid yet: is the clock right?",
                "n'est pas encore valable : l'horloge est-elle juste ?",
                "timedatectl"));
      } else if (certificate
          .getSubjectX500Principal()
          .equals(certificate.getIssuerX500Principal())) {
        findings.add(
            Finding.warning(
                "certificate",
                subject,
                "is self-signed: mail programs warn of it or refuse it. The server can get one by"
                    + " itself",
                "est auto-sign\u00e9 : les logiciels de courrier avertissent ou refusent. Le"
                    + " serveur peut en obtenir un lui-m\u00eame",
                "acme { directory = \"https://acme-v02.api.letsencrypt.org/directory\","
                    + " accept-terms = true }",
                "listen.acme = [\"0.0.0.0:80\", \"[::]:80\"]",
                "facteur explain acme"));
      } else {
        findings.add(
            Finding.ok(
                "certificate",
                subject,
                "is good for " + days + " days",
                "est valable " + days + " jours"));
      }
    }
  }
}
