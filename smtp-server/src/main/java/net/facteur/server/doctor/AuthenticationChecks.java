package net.facteur.server.doctor;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.adsp.AdspPractice;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dmarc.DmarcRecord;
import net.facteur.auth.dmarc.DnsTreeWalk;
import net.facteur.auth.dmarc.ReportDestination;
import net.facteur.auth.dmarc.ReportUri;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.spf.SpfOutcome;
import net.facteur.auth.spf.SpfRequest;
import net.facteur.auth.spf.SpfVerifier;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.keys.RecordText;
import net.facteur.server.keys.ZonePlan;
import net.facteur.server.language.Text;
import net.facteur.server.routes.Exits;
import net.facteur.server.text.StrangerText;

/// Whether others can tell our mail from forged mail: SPF, DKIM, DMARC, ADSP.
final class AuthenticationChecks {
  private static final int MAX_SPF_TERMS = 10;
  private static final Duration OLD_KEY = Duration.ofDays(400);

  private static final DoctorTexts SAY = DoctorTexts.SAY;

  private final ServerFacts patient;
  private final List<InetAddress> addresses;
  private final List<Finding> findings = new ArrayList<>();

  AuthenticationChecks(ServerFacts patient) {
    this.patient = patient;
    this.addresses = NameChecks.addresses(patient);
  }

  List<Finding> examine() {
    for (DomainName domain : patient.domains().stream().sorted().toList()) {
      spf(domain);
      dkim(domain);
      dmarc(domain);
      adsp(domain);
    }
    return List.copyOf(findings);
  }

  private void spf(DomainName domain) {
    Answer<TxtRecord> answer = patient.resolver().lookup(domain, RecordType.TXT);
    List<String> records =
        answer.orEmpty().stream()
            .map(TxtRecord::text)
            .filter(text -> text.matches("(?i)v=spf1( .*)?"))
            .toList();
    if (answer.temporaryFailure()) {
      findings.add(NameChecks.unknown("spf", domain.text()));
    } else if (records.isEmpty()) {
      withoutSpf(domain);
    } else if (records.size() > 1) {
      // RFC 7208, 4.5: If the resultant record set includes more than one record ... permerror
      findings.add(several("spf", domain, SAY.mailUnproven()));
    } else {
      spf(domain, StrangerText.of(records.getFirst()).onTerminal());
    }
  }

  private static Finding several(String check, DomainName domain, Text consequence) {
    return Finding.error(
        check, domain.text(), SAY.recordsSeveral(consequence), "facteur dns records " + domain);
  }

  private void withoutSpf(DomainName domain) {
    Exits exits = Exits.of(patient.routes(), domain);
    Optional<String> smarthost =
        exits.smarthosts().isEmpty()
            ? Optional.empty()
            : Optional.of(String.join(", ", exits.smarthosts()));
    findings.add(
        Finding.error(
            "spf",
            domain.text(),
            smarthost
                .map(SAY::spfSmarthostMissing)
                .orElseGet(() -> SAY.recordMissing(SAY.mailUnproven())),
            domain
                + ". IN TXT \"v=spf1 mx "
                + exits.sources().stream()
                    .map(
                        source ->
                            (source instanceof Inet6Address ? "ip6:" : "ip4:")
                                + IpLiteral.print(source)
                                + " ")
                    .collect(Collectors.joining())
                + smarthost.map(_ -> "include:NAME-OF-YOUR-SMARTHOST ").orElse("")
                + "-all\""));
  }

  private void spf(DomainName domain, String record) {
    if (record.matches("(?i)v=spf1 (.* )?[+]?all( .*)?")) {
      // A record that lets everybody send protects nobody.
      findings.add(
          Finding.error("spf", domain.text(), SAY.spfOpen(), "facteur dns records " + domain));
    }
    Exits exits = Exits.of(patient.routes(), domain);
    if (!exits.smarthosts().isEmpty()) {
      // Others see the smarthost's addresses, which it alone knows.
      String smarthosts = String.join(", ", exits.smarthosts());
      findings.add(Finding.ok("spf", domain.text(), SAY.spfSmarthost(smarthosts, record)));
    }
    if (exits.own() && addresses.isEmpty()) {
      findings.add(Finding.warning("spf", domain.text(), SAY.spfUntried(record)));
    }
    var verifier = new SpfVerifier(patient.resolver(), patient.clock(), patient.host().text());
    int terms = spfTerms(domain, new HashSet<>());
    Set<InetAddress> seen = new LinkedHashSet<>(exits.own() ? addresses : List.of());
    seen.addAll(exits.sources());
    for (InetAddress address : seen) {
      SpfOutcome outcome =
          verifier.check(
              SpfRequest.mailFrom(address, patient.host().text(), "postmaster@" + domain));
      String subject = domain + " from " + IpLiteral.print(address);
      switch (outcome.result()) {
        case PASS -> findings.add(Finding.ok("spf", subject, SAY.spfPasses(terms)));
        case TEMPERROR -> findings.add(NameChecks.unknown("spf", subject));
        case NONE, NEUTRAL, SOFTFAIL, FAIL, PERMERROR ->
            findings.add(
                Finding.error(
                    "spf",
                    subject,
                    SAY.spfFails(
                        outcome.result(),
                        outcome.problem().isEmpty() ? "" : " (" + outcome.problem() + ")"),
                    "facteur spf explain " + domain));
      }
    }
    if (terms > MAX_SPF_TERMS) {
      findings.add(Finding.error("spf-look-ups", domain.text(), SAY.spfLookUps(terms)));
    }
  }

  private int spfTerms(DomainName domain, Set<DomainName> seen) {
    if (!seen.add(domain) || seen.size() > 2 * MAX_SPF_TERMS) {
      return 0;
    }
    int terms = 0;
    for (TxtRecord txt : patient.resolver().lookup(domain, RecordType.TXT).orEmpty()) {
      if (!txt.text().startsWith("v=spf1 ")) {
        continue;
      }
      for (String term : txt.text().split(" ", -1)) {
        String bare = term.replaceFirst("^[-+?~]", "");
        if (bare.startsWith("include:") || bare.startsWith("redirect=")) {
          Optional<DomainName> next =
              DomainName.parse(bare.substring(bare.indexOf(bare.startsWith("i") ? ':' : '=') + 1))
                  .toOptional();
          terms += 1 + next.map(n -> spfTerms(n, seen)).orElse(0);
        } else if (bare.matches("(a|mx|ptr|exists)([:/].*)?")) {
          terms++;
        }
      }
    }
    return terms;
  }

  private void dkim(DomainName domain) {
    List<ServerFacts.SigningKey> keys = patient.keys().getOrDefault(domain, List.of());
    List<ServerFacts.SigningKey> waiting = patient.waiting().getOrDefault(domain, List.of());
    if (keys.isEmpty() && !waiting.isEmpty()) {
      findings.add(
          Finding.error(
              "dkim",
              domain.text(),
              SAY.dkimWaits(),
              waiting.stream()
                  .flatMap(k -> RecordText.bind(k.owner(), k.key().record().toTxt()).stream())
                  .toArray(String[]::new)));
    } else if (keys.isEmpty()) {
      findings.add(
          Finding.error("dkim", domain.text(), SAY.dkimNone(), "facteur dkim rotate " + domain));
    }
    keys.forEach(key -> dkim(domain, key));
  }

  private void dkim(DomainName domain, ServerFacts.SigningKey key) {
    String subject = key.owner().text();
    Answer<TxtRecord> answer = patient.resolver().lookup(key.owner(), RecordType.TXT);
    if (answer.temporaryFailure()) {
      findings.add(NameChecks.unknown("dkim", subject));
      return;
    }
    List<TxtRecord> records = answer.orEmpty();
    boolean same =
        records.size() == 1
            && DkimKeyRecord.parse(records.getFirst().text())
                instanceof Parsed.Ok<DkimKeyRecord>(DkimKeyRecord record)
            && record.key().toOptional().filter(key.key()::matches).isPresent();
    if (!same) {
      findings.add(
          Finding.error(
              "dkim",
              subject,
              SAY.dkimMissing(),
              RecordText.bind(key.owner(), key.key().record().toTxt()).toArray(String[]::new)));
      return;
    }
    if (key.key().publicKey().type() == KeyType.RSA && key.key().bits() < 2048) {
      findings.add(
          Finding.warning(
              "dkim", subject, SAY.dkimShort(key.key().bits()), "facteur dkim rotate " + domain));
      return;
    }
    boolean old =
        key.since()
            .filter(since -> since.isBefore(patient.clock().instant().minus(OLD_KEY)))
            .isPresent();
    findings.add(
        old
            ? Finding.warning("dkim", subject, SAY.dkimOld(), "facteur dkim rotate " + domain)
            : Finding.ok("dkim", subject, SAY.dkimGood(key.key().bits())));
  }

  private void dmarc(DomainName domain) {
    DnsTreeWalk.Walk walk = new DnsTreeWalk(patient.resolver()).walk(domain);
    Optional<DnsTreeWalk.Published> published = walk.governing();
    if (walk.failed()) {
      findings.add(NameChecks.unknown("dmarc", domain.text()));
      return;
    }
    long there =
        domain.child("_dmarc").stream()
            .flatMap(owner -> patient.resolver().lookup(owner, RecordType.TXT).orEmpty().stream())
            .filter(txt -> txt.text().matches("v=DMARC1( |;|$).*"))
            .count();
    if (there > 1) {
      findings.add(several("dmarc", domain, SAY.mailMistrusted()));
      return;
    }
    if (published.isEmpty()) {
      findings.add(
          Finding.error(
              "dmarc", domain.text(), SAY.recordMissing(SAY.mailMistrusted()), dmarcLine(domain)));
      return;
    }
    DmarcRecord record = published.get().record();
    boolean none = record.policy().filter(p -> p == DmarcPolicy.NONE).isPresent();
    findings.add(
        none
            ? Finding.warning("dmarc", domain.text(), SAY.dmarcAsksNothing(), dmarcLine(domain))
            : Finding.ok(
                "dmarc",
                domain.text(),
                SAY.dmarcPolicy(record.policy().map(DmarcPolicy::word).orElse("none"))));
    var destinations = new ReportDestination(patient.resolver());
    for (ReportUri uri : record.aggregateReports()) {
      if (destinations.check(published.get().domain(), uri, ReportDestination.Kind.AGGREGATE)
          instanceof ReportDestination.Verdict.Refused(String reason)) {
        String host = uri.mailbox().map(m -> m.substring(m.lastIndexOf('@') + 1)).orElse("");
        findings.add(
            Finding.warning(
                "dmarc-reports",
                uri.uri(),
                SAY.dmarcNoConsent(domain, reason),
                published.get().domain() + "._report._dmarc." + host + ". IN TXT \"v=DMARC1\""));
      }
    }
    new ReportAddresses(patient).dmarc(published.get().domain(), record).forEach(findings::add);
  }

  private String dmarcLine(DomainName domain) {
    return "_dmarc."
        + domain
        + ". IN TXT \""
        + ZonePlan.firstDmarc(patient.reports().dmarcAddress(domain).text())
        + "\"";
  }

  private void adsp(DomainName domain) {
    Optional<DomainName> owner = domain.child("_adsp._domainkey");
    if (owner.isEmpty()) {
      return;
    }
    List<TxtRecord> records = patient.resolver().lookup(owner.get(), RecordType.TXT).orEmpty();
    boolean wrong =
        records.size() > 1
            || (records.size() == 1
                && !(AdspPractice.parse(records.getFirst().text()) instanceof Parsed.Ok));
    findings.add(
        wrong
            ? Finding.warning(
                "adsp", domain.text(), SAY.adspWrong(), owner.get() + ". IN TXT \"dkim=all\"")
            : Finding.ok(
                "adsp",
                domain.text(),
                records.isEmpty() ? SAY.adspNone() : Text.of(records.getFirst().text())));
  }
}
