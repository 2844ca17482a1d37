package net.facteur.server.reception;

import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dmarc.DmarcResult;
import net.facteur.auth.spf.SpfIdentity;
import net.facteur.auth.spf.SpfOutcome;
import net.facteur.queue.EnhancedStatusCode;

/// Turns what was found out about a message into what happens to it.
///
/// DMARC decides where the author domain publishes a policy. SPF acts by the table of the settings
/// only where it does not: a forwarded message fails SPF and may still be what its author wrote.
final class Judgement {
  /// Codes of RFC 7372, section 3.2, and of the registry it made.
  private static final EnhancedStatusCode SPF_FAILED = EnhancedStatusCode.of(5, 7, 23);

  private static final EnhancedStatusCode SPF_ERROR = EnhancedStatusCode.of(4, 7, 24);
  private static final EnhancedStatusCode POLICY = EnhancedStatusCode.of(5, 7, 1);
  private static final EnhancedStatusCode POLICY_LATER = EnhancedStatusCode.of(4, 7, 1);

  private final ReceptionSettings settings;

  Judgement(ReceptionSettings settings) {
    this.settings = settings;
  }

  Disposition of(AuthenticationReport report) {
    return switch (report.dmarc()) {
      case DmarcOutcome.Evaluated evaluated -> dmarc(evaluated);
      case DmarcOutcome.NotApplicable _, DmarcOutcome.Undetermined _ -> spf(report);
    };
  }

  private Disposition dmarc(DmarcOutcome.Evaluated outcome) {
    String reason = "dmarc=" + outcome.result().word() + " policy=" + outcome.applied().word();
    if (outcome.result() == DmarcResult.PASS
        || settings.dmarc() == ReceptionSettings.DmarcHandling.NOTE) {
      return new Disposition.Accept(reason);
    }
    DmarcPolicy handling = outcome.disposition().handling();
    return switch (handling) {
      case NONE -> new Disposition.Accept(reason);
      case QUARANTINE -> new Disposition.Quarantine(reason);
      case REJECT -> new Disposition.Reject(POLICY, reason);
    };
  }

  /// The stricter of what the two identities lead to.
  private Disposition spf(AuthenticationReport report) {
    Action mailFrom = settings.spf(SpfIdentity.MAIL_FROM, report.spfMailFrom().result());
    Action helo = settings.spf(SpfIdentity.HELO, report.spfHelo().result());
    boolean heloDecides = helo.compareTo(mailFrom) > 0;
    SpfOutcome outcome = heloDecides ? report.spfHelo() : report.spfMailFrom();
    String reason = "spf=" + outcome.result().word() + " dmarc=" + report.dmarc().result().word();
    return switch (heloDecides ? helo : mailFrom) {
      case NOTE -> new Disposition.Accept(reason);
      case QUARANTINE -> new Disposition.Quarantine(reason);
      case DEFER -> new Disposition.Defer(status(outcome, true), reason);
      case REJECT -> new Disposition.Reject(status(outcome, false), reason);
    };
  }

  private static EnhancedStatusCode status(SpfOutcome outcome, boolean later) {
    return switch (outcome.result()) {
      case FAIL, SOFTFAIL, NEUTRAL, NONE, PASS -> later ? POLICY_LATER : SPF_FAILED;
      case TEMPERROR, PERMERROR -> later ? SPF_ERROR : EnhancedStatusCode.of(5, 7, 24);
    };
  }
}
