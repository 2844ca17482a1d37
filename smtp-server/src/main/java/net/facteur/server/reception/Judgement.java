package net.facteur.server.reception;

import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.adsp.AdspResult;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dmarc.DmarcResult;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.spf.SpfIdentity;
import net.facteur.auth.spf.SpfOutcome;
import net.facteur.auth.spf.SpfResult;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.text.StrangerText;

/// Turns what was found out about a message into what happens to it.
///
/// DMARC decides where the author domain publishes a policy: SPF and ADSP act by the settings only
/// where it does not. A forwarded message fails SPF and may still be what its author wrote.
final class Judgement {
  private static final int LATER = 451;
  private static final int NO = 550;

  /// RFC 9989 defines no code of its own.
  private static final Reaction.Code POLICY = code(NO, 5, 7, 1);

  /// RFC 7372, 3.1: no valid author-matched DKIM signature found.
  private static final Reaction.Code NO_AUTHOR_SIGNATURE = code(NO, 5, 7, 22);

  /// RFC 3463, 3.7: other media error, for a header that cannot be understood.
  static final Reaction.Code UNCLEAR = code(NO, 5, 6, 0);

  private static final Reaction.Code NOT_NOW = code(LATER, 4, 7, 1);

  private final ReceptionSettings settings;

  Judgement(ReceptionSettings settings) {
    this.settings = settings;
  }

  private static Reaction.Code code(int reply, int category, int subject, int detail) {
    return new Reaction.Code(reply, EnhancedStatusCode.of(category, subject, detail));
  }

  Disposition of(AuthenticationReport report) {
    Disposition decided =
        switch (report.dmarc()) {
          case DmarcOutcome.Evaluated evaluated -> dmarc(evaluated);
          case DmarcOutcome.NotApplicable _, DmarcOutcome.Undetermined _ -> withoutDmarc(report);
        };
    Action least = least(report);
    return least.compareTo(decided.action()) > 0
        ? disposition(
            Reaction.of(least),
            least == Action.DEFER ? NOT_NOW : UNCLEAR,
            decided.reason() + " author=" + StrangerText.of(report.author().text()).inLog())
        : decided;
  }

  /// What happens at least, because the author cannot be told for sure.
  ///
  /// Mail is never treated better than the same address well written. Where names were left out, or
  /// a policy could not be looked up among others that a forger may have chosen for being slow, the
  /// strictest policy is taken for granted.
  private Action least(AuthenticationReport report) {
    boolean follow = settings.dmarc() == ReceptionSettings.DmarcHandling.FOLLOW;
    boolean later = report.dmarc().result() == DmarcResult.TEMPERROR;
    return switch (report.author()) {
      case AuthorDomain.One _ -> Action.NOTE;
      case AuthorDomain.Several _ -> later ? unknown(follow) : Action.NOTE;
      case AuthorDomain.Unclear unclear when unclear.tooMany() && follow -> Action.REJECT;
      case AuthorDomain.Unclear _ when later -> unknown(follow);
      case AuthorDomain.Unclear unclear -> unclear.whole() ? Action.NOTE : settings.dmarcUnclear();
    };
  }

  private Action unknown(boolean follow) {
    return follow && settings.dmarcUnclear() != Action.REJECT
        ? Action.DEFER
        : settings.dmarcUnclear();
  }

  private Disposition dmarc(DmarcOutcome.Evaluated outcome) {
    String reason =
        "dmarc="
            + outcome.result().word()
            + " policy="
            + outcome.applied().word()
            + " handling="
            + outcome.disposition();
    if (outcome.result() == DmarcResult.PASS
        || settings.dmarc() == ReceptionSettings.DmarcHandling.NOTE) {
      return new Disposition.Accept(reason);
    }
    return switch (outcome.disposition().handling()) {
      case NONE -> new Disposition.Accept(reason);
      case QUARANTINE -> new Disposition.Quarantine(reason);
      case REJECT -> new Disposition.Reject(POLICY, reason);
    };
  }

  /// The strictest of what SPF of the two identities and ADSP lead to.
  private Disposition withoutDmarc(AuthenticationReport report) {
    Reaction mailFrom = settings.spf(SpfIdentity.MAIL_FROM, report.spfMailFrom().result());
    Reaction helo = settings.spf(SpfIdentity.HELO, report.spfHelo().result());
    boolean heloDecides = helo.action().compareTo(mailFrom.action()) > 0;
    Reaction spf = heloDecides ? helo : mailFrom;
    Action adsp =
        report.adsp().result() == AdspResult.DISCARD ? settings.adspDiscardable() : Action.NOTE;
    String reason = "dmarc=" + report.dmarc().result().word();
    if (adsp.compareTo(spf.action()) > 0) {
      return disposition(Reaction.of(adsp), NO_AUTHOR_SIGNATURE, reason + " dkim-adsp=discard");
    }
    SpfOutcome outcome = heloDecides ? report.spfHelo() : report.spfMailFrom();
    return disposition(
        spf,
        usual(outcome.result(), spf.action()),
        reason + (heloDecides ? " spf-helo=" : " spf=") + outcome.result().word());
  }

  private static Disposition disposition(Reaction reaction, Reaction.Code usual, String reason) {
    Reaction.Code code = reaction.code().orElse(usual);
    return switch (reaction.action()) {
      case NOTE -> new Disposition.Accept(reason);
      case QUARANTINE -> new Disposition.Quarantine(reason);
      case DEFER -> new Disposition.Defer(code, reason);
      case REJECT -> new Disposition.Reject(code, reason);
    };
  }

  /// RFC 7372, 3.2: X.7.23 for a check that failed, X.7.24 for one that could not be made. Where
  /// the client is to come back, nothing has failed for good.
  private static Reaction.Code usual(SpfResult result, Action action) {
    boolean later = action == Action.DEFER;
    return switch (result) {
      case FAIL, SOFTFAIL, NEUTRAL, NONE, PASS -> later ? code(LATER, 4, 7, 1) : code(NO, 5, 7, 23);
      case TEMPERROR, PERMERROR -> later ? code(LATER, 4, 7, 24) : code(NO, 5, 7, 24);
    };
  }
}
