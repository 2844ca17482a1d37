package net.facteur.server.report.dmarc;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
                domain(report.request().reversePath()),
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
    Set<DomainName> aligned =
        evaluated.alignments().stream()
            .filter(a -> a.aligned() && a.identifier().mechanism() == Mechanism.DKIM)
            .map(a -> a.identifier().domain())
            .collect(Collectors.toSet());
    return outcomes.stream()
        // The schema wants a domain.
        .filter(outcome -> outcome.domain().isPresent())
        .sorted(
            Comparator.comparingInt(outcome -> rank(outcome, evaluated.authorDomain(), aligned)))
        .limit(MAX_SIGNATURES)
        .map(
            outcome ->
                new Signature(
                    outcome.domain().map(DomainName::text).orElse(""),
                    cut(outcome.selector().orElse("")),
                    outcome.result().word()))
        .toList();
  }

  private static int rank(DkimOutcome outcome, DomainName author, Set<DomainName> aligned) {
    if (outcome.result() != DkimResult.PASS) {
      return 3;
    }
    DomainName domain = outcome.domain().orElse(DomainName.ROOT);
    if (domain.equals(author)) {
      return 0;
    }
    return aligned.contains(domain) ? 1 : 2;
  }

  /// The part of an address that says nothing of a person.
  private static String domain(String address) {
    int at = address.lastIndexOf('@');
    if (at < 0) {
      return "";
    }
    String text = address.substring(at + 1);
    return DomainName.parse(text).toOptional().map(DomainName::text).orElseGet(() -> cut(text));
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
