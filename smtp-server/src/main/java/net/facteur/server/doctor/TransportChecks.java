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
import net.facteur.auth.dns.ZoneSigning;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.PolicyFetch;
import net.facteur.server.language.Text;

/// Whether mail travels under cover: DNSSEC, TLSA, MTA-STS, TLSRPT, and the certificate.
final class TransportChecks {
  private static final Duration SOON = Duration.ofDays(14);

  private static final DoctorTexts SAY = DoctorTexts.SAY;

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
    findings.add(
        switch (answer) {
          case Answer.Bogus<SoaRecord>(String reason) ->
              Finding.error("dnssec", domain.text(), SAY.signedWrongly(reason));
          case Answer.Failed<SoaRecord> _ -> NameChecks.unknown("dnssec", domain.text());
          case Answer.Records<SoaRecord> _,
              Answer.NoData<SoaRecord> _,
              Answer.NxDomain<SoaRecord> _ ->
              signing(domain);
        });
  }

  private Finding signing(DomainName domain) {
    return switch (ZoneSigning.of(patient.resolver(), domain)) {
      case SIGNED -> Finding.ok("dnssec", domain.text(), SAY.signed());
      case UNSIGNED -> Finding.warning("dnssec", domain.text(), SAY.unsigned());
      case UNSEEN -> Finding.warning("dnssec", domain.text(), SAY.signedUnseen());
    };
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
      String subject = owner.get().text();
      findings.add(
          switch (ZoneSigning.of(patient.resolver(), patient.host())) {
            case SIGNED -> Finding.warning("tlsa", subject, SAY.tlsaMissing(), line);
            case UNSIGNED -> Finding.ok("tlsa", subject, SAY.tlsaNone());
            case UNSEEN -> Finding.ok("tlsa", subject, SAY.tlsaUnseen());
          });
    } else if (answer.orEmpty().contains(live)) {
      findings.add(Finding.ok("tlsa", owner.get().text(), SAY.tlsaFits()));
    } else {
      findings.add(Finding.error("tlsa", owner.get().text(), SAY.tlsaMisfit(), line));
    }
  }

  private void mtaSts(DomainName domain) {
    boolean published =
        text("mta-sts", domain, "_mta-sts", "v=STSv1;", SAY.plainTextRisk(), patient.policy());
    if (published && patient.network().online()) {
      switch (patient.policies().fetch(domain)) {
        case PolicyFetch.Fetched(MtaStsPolicyText policy) -> policy(domain, policy);
        case PolicyFetch.Failed failed ->
            findings.add(
                Finding.warning(
                    "mta-sts-policy",
                    domain.text(),
                    SAY.policyMissing(failed.failure().reason()),
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
          Finding.ok("mta-sts-policy", domain.text(), SAY.policyNamesAll(policy.mode().word())));
      return;
    }
    findings.add(
        policy.mode() == MtaStsPolicyText.Mode.ENFORCE
            ? Finding.error(
                "mta-sts-policy",
                domain.text(),
                SAY.policyMisfitEnforced(strange),
                "facteur explain mta-sts.mx")
            : Finding.warning(
                "mta-sts-policy",
                domain.text(),
                SAY.policyMisfit(strange),
                "facteur explain mta-sts.mx"));
  }

  private void tlsReports(DomainName domain) {
    boolean published =
        text(
            "tlsrpt",
            domain,
            "_smtp._tls",
            "v=TLSRPTv1;",
            SAY.tlsUntold(),
            "v=TLSRPTv1; rua=mailto:" + patient.reports().tlsAddress(domain).text());
    if (published) {
      new ReportAddresses(patient).tls(domain).forEach(findings::add);
    }
  }

  /// @return true where the record is there
  private boolean text(
      String check,
      DomainName domain,
      String prefix,
      String start,
      Text consequence,
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
      findings.add(Finding.ok(check, domain.text(), SAY.published()));
    } else {
      findings.add(
          Finding.warning(
              check,
              domain.text(),
              found == 0 ? SAY.recordMissing(consequence) : SAY.recordsSeveral(consequence),
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
              SAY.certificateNone(),
              "tls { certificate = ..., key = ... }"));
    }
    Instant now = patient.clock().instant();
    for (X509Certificate certificate : patient.certificates()) {
      Instant end = certificate.getNotAfter().toInstant();
      long days = Duration.between(now, end).toDays();
      String subject = certificate.getSubjectX500Principal().getName();
      if (!end.isAfter(now)) {
        findings.add(Finding.error("certificate", subject, SAY.certificateExpired()));
      } else if (end.isBefore(now.plus(SOON))) {
        findings.add(
            Finding.warning("certificate", subject, SAY.certificateEnds(days), "certbot renew"));
      } else if (now.isBefore(certificate.getNotBefore().toInstant())) {
        findings.add(Finding.error("certificate", subject, SAY.certificateEarly(), "timedatectl"));
      } else if (certificate
          .getSubjectX500Principal()
          .equals(certificate.getIssuerX500Principal())) {
        findings.add(
            Finding.warning(
                "certificate",
                subject,
                SAY.certificateSelfSigned(),
                "acme { directory = \"https://acme-v02.api.letsencrypt.org/directory\","
                    + " accept-terms = true }",
                "listen.acme = [\"0.0.0.0:80\", \"[::]:80\"]",
                "facteur explain acme"));
      } else {
        findings.add(Finding.ok("certificate", subject, SAY.certificateGood(days)));
      }
    }
  }
}
