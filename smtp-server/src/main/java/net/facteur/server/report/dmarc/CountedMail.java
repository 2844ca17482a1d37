package net.facteur.server.report.dmarc;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dmarc.AuthenticatedIdentifier.Mechanism;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dmarc.DmarcOutcome.PolicyOverride;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dmarc.DmarcRecord;
import net.facteur.auth.dmarc.DmarcResult;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.queue.MailAddress;

/// What messages have in common that are counted together: one `record` of a report.
///
/// @param day since 1970, UTC
/// @param source who sent them
record CountedMail(long day, Policy policy, InetAddress source, Result result) {
  /// Signatures of one message that are told of; RFC 9990, section 3.1.3, allows 100.
  static final int MAX_SIGNATURES = 20;

  private static final int MAX_TEXT = 255;

  /// That of signatures that did not pass.
  private static final int LAST_RANK = 3;

  /// @param domain where the record was found
  record Policy(DomainName domain, DmarcRecord record) {}

  /// What was found out, and what became of it.
  ///
  /// @param envelopeTo the domain of the recipients; empty if they have several
  /// @param dkim an aligned signature passed
  /// @param spf the aligned reverse-path passed
  /// @param spfDomain empty where SPF had nothing to check
  record Result(
      String headerFrom,
      String envelopeFrom,
      String envelopeTo,
      String disposition,
      boolean dkim,
      boolean spf,
      List<Reason> reasons,
      List<Signature> signatures,
      String spfDomain,
      String spfResult) {
    Result {
      reasons = List.copyOf(reasons);
      signatures = List.copyOf(signatures);
    }

    boolean passed() {
      return dkim || spf;
    }
  }

  record Reason(String type, String comment) {}

  record Signature(String domain, String selector, String result) {}

  /// How a message is counted; empty where nobody asks for reports on it.
  static Optional<CountedMail> of(
      long day, AuthenticationReport report, DmarcPolicy applied, List<MailAddress> recipients) {
    if (!(report.dmarc() instanceof DmarcOutcome.Evaluated evaluated)
        || evaluated.record().aggregateReports().isEmpty()) {
      return Optional.empty();
    }
    boolean passed = evaluated.result() == DmarcResult.PASS;
    Optional<DomainName> spf = report.spfMailFrom().domain();
    return Optional.of(
        new CountedMail(
            day,
            new Policy(evaluated.policyDomain(), evaluated.record()),
            IpLiteral.unmapped(report.request().client()),
            new Result(
                evaluated.authorDomain().text(),
                domain(report.request().reversePath(), evaluated.authorDomain()),
                domain(recipients),
                disposition(evaluated, applied, passed),
                evaluated.aligned(Mechanism.DKIM),
                evaluated.aligned(Mechanism.SPF),
                reasons(evaluated, applied),
                signatures(report.signatures(), evaluated),
                spf.map(DomainName::text).orElse(""),
                spf.isPresent() ? report.spfMailFrom().result().word() : "")));
  }

  /// RFC 9990, Appendix A: `pass` is for what passes an enforcing policy, `none` for what no policy
  /// does anything about.
  private static String disposition(
      DmarcOutcome.Evaluated evaluated, DmarcPolicy applied, boolean passed) {
    return passed && applied == DmarcPolicy.NONE && evaluated.applied() != DmarcPolicy.NONE
        ? "pass"
        : applied.word();
  }

  /// RFC 9990, 3.1.1.9: MUST be included where alignment fails and something else is done than the
  /// policy asks for.
  private static List<Reason> reasons(DmarcOutcome.Evaluated evaluated, DmarcPolicy applied) {
    List<PolicyOverride> overrides = evaluated.disposition().overrides();
    boolean asDecided = applied == evaluated.disposition().handling();
    var reasons = new ArrayList<Reason>(overrides.size() + 1);
    for (PolicyOverride override : overrides) {
      if (asDecided || override.type() != PolicyOverride.Type.LOCAL_POLICY) {
        reasons.add(new Reason(override.type().word(), override.comment()));
      }
    }
    if (!asDecided) {
      reasons.add(new Reason(PolicyOverride.Type.LOCAL_POLICY.word(), "handling of this host"));
    }
    return reasons;
  }

  /// RFC 9990, 3.1.3: those that pass first, and of these the aligned ones.
  private static List<Signature> signatures(
      List<DkimOutcome> outcomes, DmarcOutcome.Evaluated evaluated) {
    if (outcomes.isEmpty()) {
      return List.of();
    }
    var signatures = new ArrayList<Signature>(Math.min(outcomes.size(), MAX_SIGNATURES));
    for (int rank = 0; rank <= LAST_RANK; rank++) {
      for (DkimOutcome outcome : outcomes) {
        // The schema wants a domain.
        if (outcome.domain().isPresent()
            && rank(outcome, outcome.domain().get(), evaluated) == rank
            && signatures.size() < MAX_SIGNATURES) {
          signatures.add(
              new Signature(
                  outcome.domain().get().text(),
                  cut(outcome.selector().orElse("")),
                  outcome.result().word()));
        }
      }
    }
    return signatures;
  }

  private static int rank(
      DkimOutcome outcome, DomainName domain, DmarcOutcome.Evaluated evaluated) {
    if (outcome.result() != DkimResult.PASS) {
      return LAST_RANK;
    }
    if (domain.equals(evaluated.authorDomain())) {
      return 0;
    }
    for (DmarcOutcome.Alignment each : evaluated.alignments()) {
      if (each.aligned()
          && each.identifier().mechanism() == Mechanism.DKIM
          && each.identifier().domain().equals(domain)) {
        return 1;
      }
    }
    return 2;
  }

  /// The part of an address that says nothing of a person.
  ///
  /// @param likely spares the reading of most
  private static String domain(String address, DomainName likely) {
    int at = address.lastIndexOf('@');
    if (at < 0) {
      return "";
    }
    String text = likely.text();
    if (address.length() - at - 1 == text.length()
        && address.regionMatches(true, at + 1, text, 0, text.length())) {
      return text;
    }
    String other = address.substring(at + 1);
    return DomainName.parse(other).toOptional().map(DomainName::text).orElseGet(() -> cut(other));
  }

  private static String domain(List<MailAddress> recipients) {
    String domain = "";
    for (MailAddress recipient : recipients) {
      String its = recipient.domain();
      if (domain.isEmpty()) {
        domain = its;
      } else if (!domain.equalsIgnoreCase(its)) {
        return "";
      }
    }
    return DomainName.parse(domain).toOptional().map(DomainName::text).orElse("");
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
