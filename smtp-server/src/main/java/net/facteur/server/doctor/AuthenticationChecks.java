package net.facteur.server.doctor;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
import net.facteur.auth.spf.SpfResult;
import net.facteur.auth.spf.SpfVerifier;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.keys.RecordText;
import net.facteur.server.keys.ZonePlan;

/// Whether others can tell our mail from forged mail: SPF, DKIM, DMARC, ADSP.
final class AuthenticationChecks {
  private static final int MAX_SPF_TERMS = 10;
  private static final Duration OLD_KEY = Duration.ofDays(400);

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
    var verifier = new SpfVerifier(patient.resolver(), patient.clock(), patient.host().text());
    int terms = spfTerms(domain, new HashSet<>());
    everybody(domain);
    if (patient.smarthost().isPresent()) {
      throughSmarthost(domain, patient.smarthost().get().host());
    }
    for (InetAddress address :
        patient.smarthost().isPresent() ? List.<InetAddress>of() : addresses) {
      SpfOutcome outcome =
          verifier.check(
              SpfRequest.mailFrom(address, patient.host().text(), "postmaster@" + domain));
      String subject = domain + " from " + IpLiteral.print(address);
      switch (outcome.result()) {
        case PASS ->
            findings.add(
                Finding.ok(
                    "spf",
                    subject,
                    "passes, with " + terms + " of 10 look-ups",
                    "passe, avec " + terms + " recherches sur 10"));
        case TEMPERROR -> findings.add(NameChecks.unknown("spf", subject));
        case NONE, NEUTRAL, SOFTFAIL, FAIL, PERMERROR ->
            findings.add(
                Finding.error(
                    "spf",
                    subject,
                    "gives "
                        + outcome.result()
                        + (outcome.problem().isEmpty() ? "" : " (" + outcome.problem() + ")")
                        + ": our own mail looks forged",
                    "donne " + outcome.result() + " : notre propre courrier a l'air falsifi\u00e9",
                    outcome.result() == SpfResult.NONE
                        ? domain + ". IN TXT \"v=spf1 mx -all\""
                        : "facteur spf explain " + domain));
      }
    }
    if (terms > MAX_SPF_TERMS) {
      findings.add(
          Finding.error(
              "spf-look-ups",
              domain.text(),
              "needs " + terms + " look-ups, and receivers stop after 10 (RFC 7208, 4.6.4)",
              "demande " + terms + " recherches ; les destinataires s'arr\u00eatent \u00e0 10"));
    }
  }

  /// A record that lets everybody send protects nobody.
  private void everybody(DomainName domain) {
    boolean open =
        patient.resolver().lookup(domain, RecordType.TXT).orEmpty().stream()
            .map(TxtRecord::text)
            .anyMatch(text -> text.matches("(?i)v=spf1 (.* )?[+]?all( .*)?"));
    if (open) {
      findings.add(
          Finding.error(
              "spf",
              domain.text(),
              "the record ends in +all: everybody may send in your name",
              "l'enregistrement finit par +all : n'importe qui peut \u00e9crire en votre nom",
              "facteur dns records " + domain));
    }
  }

  /// Others see the smarthost's addresses, which it alone knows; those it takes mail at are the
  /// best guess.
  private void throughSmarthost(DomainName domain, String smarthost) {
    Answer<TxtRecord> answer = patient.resolver().lookup(domain, RecordType.TXT);
    Optional<TxtRecord> record =
        answer.orEmpty().stream().filter(t -> t.text().startsWith("v=spf1")).findFirst();
    if (answer.temporaryFailure()) {
      findings.add(NameChecks.unknown("spf", domain.text()));
    } else if (record.isEmpty()) {
      findings.add(
          Finding.error(
              "spf",
              domain.text(),
              "no SPF record: ask whoever runs " + smarthost + " what to include",
              "aucun SPF : demandez \u00e0 qui tient " + smarthost + " quoi inclure",
              domain + ". IN TXT \"v=spf1 mx include:NAME-OF-YOUR-SMARTHOST -all\""));
    } else {
      findings.add(
          Finding.ok(
              "spf",
              domain.text(),
              "mail leaves through "
                  + smarthost
                  + "; see that its include is in: "
                  + record.get().text(),
              "le courrier part par "
                  + smarthost
                  + " ; voyez si son include y est : "
                  + record.get().text()));
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
              "mail of this domain is not signed yet: it will be, by itself, once every name server"
                  + " has these records and the server has seen them; see facteur dkim list",
              "le courrier de ce domaine n'est pas encore sign\u00e9 : il le sera de lui-m\u00eame"
                  + " quand chaque serveur de noms aura ces enregistrements ; voir facteur dkim"
                  + " list",
              waiting.stream()
                  .flatMap(k -> RecordText.bind(k.owner(), k.key().record().toTxt()).stream())
                  .toArray(String[]::new)));
    } else if (keys.isEmpty()) {
      findings.add(
          Finding.error(
              "dkim",
              domain.text(),
              "mail of this domain is not signed",
              "le courrier de ce domaine n'est pas sign\u00e9",
              "facteur dkim rotate " + domain));
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
              "the record is missing or holds another key: every signature fails",
              "l'enregistrement manque ou porte une autre cl\u00e9 : toutes les signatures"
                  + " \u00e9chouent",
              RecordText.bind(key.owner(), key.key().record().toTxt()).toArray(String[]::new)));
      return;
    }
    if (key.key().publicKey().type() == KeyType.RSA && key.key().bits() < 2048) {
      findings.add(
          Finding.warning(
              "dkim",
              subject,
              "the key has " + key.key().bits() + " bits; 2048 are usual",
              "la cl\u00e9 a " + key.key().bits() + " bits ; 2048 sont d'usage",
              "facteur dkim rotate " + domain));
      return;
    }
    boolean old =
        key.since()
            .filter(since -> since.isBefore(patient.clock().instant().minus(OLD_KEY)))
            .isPresent();
    findings.add(
        old
            ? Finding.warning(
                "dkim",
                subject,
                "the key is more than a year old",
                "la cl\u00e9 a plus d'un an",
                "facteur dkim rotate " + domain)
            : Finding.ok(
                "dkim",
                subject,
                "the record holds the key that signs, " + key.key().bits() + " bits",
                "l'enregistrement porte la cl\u00e9 qui signe, " + key.key().bits() + " bits"));
  }

  private void dmarc(DomainName domain) {
    DnsTreeWalk.Walk walk = new DnsTreeWalk(patient.resolver()).walk(domain);
    Optional<DnsTreeWalk.Published> published = walk.governing();
    if (walk.failed()) {
      findings.add(NameChecks.unknown("dmarc", domain.text()));
      return;
    }
    if (published.isEmpty()) {
      findings.add(
          Finding.error(
              "dmarc",
              domain.text(),
              "no DMARC record: large receivers mistrust such mail, and nobody hears of forgeries",
              "pas d'enregistrement DMARC : les grands destinataires s'en m\u00e9fient",
              dmarcLine(domain)));
      return;
    }
    DmarcRecord record = published.get().record();
    boolean none = record.policy().filter(p -> p == DmarcPolicy.NONE).isPresent();
    findings.add(
        none
            ? Finding.warning(
                "dmarc",
                domain.text(),
                "p=none asks for nothing: once the reports show only your own servers, ask for"
                    + " quarantine",
                "p=none ne demande rien : quand les rapports ne montrent que vos serveurs, demandez"
                    + " quarantine",
                dmarcLine(domain))
            : Finding.ok(
                "dmarc",
                domain.text(),
                "the policy is " + record.policy().map(DmarcPolicy::word).orElse("none"),
                "la politique est " + record.policy().map(DmarcPolicy::word).orElse("none")));
    var destinations = new ReportDestination(patient.resolver());
    for (ReportUri uri : record.aggregateReports()) {
      if (destinations.check(published.get().domain(), uri, ReportDestination.Kind.AGGREGATE)
          instanceof ReportDestination.Verdict.Refused(String reason)) {
        String host = uri.mailbox().map(m -> m.substring(m.lastIndexOf('@') + 1)).orElse("");
        findings.add(
            Finding.warning(
                "dmarc-reports",
                uri.uri(),
                "does not consent to reports about " + domain + " (" + reason + "), so none come",
                "n'accepte pas les rapports sur " + domain + " : il n'en vient aucun",
                published.get().domain() + "._report._dmarc." + host + ". IN TXT \"v=DMARC1\""));
      }
    }
  }

  private static String dmarcLine(DomainName domain) {
    return "_dmarc." + domain + ". IN TXT \"" + ZonePlan.firstDmarc("postmaster@" + domain) + "\"";
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
                "adsp",
                domain.text(),
                "the ADSP record is not one",
                "l'enregistrement ADSP n'en est pas un",
                owner.get() + ". IN TXT \"dkim=all\"")
            : Finding.ok(
                "adsp",
                domain.text(),
                records.isEmpty() ? "none, which does no harm" : records.getFirst().text(),
                records.isEmpty() ? "aucun, sans inconv\u00e9nient" : records.getFirst().text()));
  }
}
