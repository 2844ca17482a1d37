package net.facteur.server.sources;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.facteur.server.sources.Advice.Reason;
import net.facteur.server.sources.Source.Authorized;
import net.facteur.server.sources.Source.Forwarder;
import net.facteur.server.sources.Source.Others;
import net.facteur.server.sources.Source.OwnServer;
import net.facteur.server.sources.Source.Service;
import net.facteur.server.sources.Source.Stranger;

/// Says what follows from a survey.
public final class Advisor {
  /// Four weeks, so that a letter that is sent once a month was sent once.
  public static final int DAYS = 28;

  /// Days with reports: mail that was seen on a few days only says little of the others.
  public static final int REPORTED_DAYS = 10;

  /// Fewer say nothing of a share of one in a hundred.
  public static final long MESSAGES = 100;

  /// Mail that fails goes to the spam, where people still find it.
  public static final double QUARANTINE_SHARE = 99.0;

  /// Mail that fails is refused, and its sender alone hears of it.
  public static final double REJECT_SHARE = 99.5;

  /// Fewer failures may be an accident of the way, such as a server that had no DNS.
  private static final long WORTH_TELLING = 3;

  /// The same as a share of what the source sent, in percent.
  private static final double SHARE_WORTH_TELLING = 1.0;

  private static final String NONE = "none";
  private static final String QUARANTINE = "quarantine";
  private static final String REJECT = "reject";

  private Advisor() {}

  /// What follows: troubles with the most messages first, then the policy.
  public static List<Advice> of(DomainSurvey survey) {
    var advice = new ArrayList<Advice>();
    long changed = 0;
    long passedOn = 0;
    long strange = 0;
    long stopped = 0;
    for (SourceCount count : survey.sources()) {
      switch (count.source()) {
        case OwnServer(), Service _, Authorized _ -> advice.addAll(troubles(count));
        case Forwarder _ -> {
          changed += count.failed();
          passedOn += count.messages();
        }
        case Stranger _, Others() -> {
          strange += count.failed();
          stopped += count.quarantined() + count.rejected();
        }
      }
    }
    if (changed > 0) {
      advice.add(new Advice.Changed(changed, passedOn));
    }
    if (strange > 0) {
      advice.add(new Advice.Strangers(strange, stopped));
    }
    advice.add(policy(survey));
    return List.copyOf(advice);
  }

  /// What is amiss with one source.
  static List<Advice> troubles(SourceCount count) {
    return switch (count.source()) {
      case OwnServer() -> own(count);
      case Service(KnownService service) -> service(service, count);
      case Authorized(String host) ->
          worthTelling(count.failed(), count.messages())
              ? List.of(new Advice.HostFails(host, count.failed(), count.messages()))
              : List.of();
      case Forwarder _, Stranger _, Others() -> List.of();
    };
  }

  private static boolean worthTelling(long messages, long of) {
    return messages >= WORTH_TELLING && messages * 100.0 >= of * SHARE_WORTH_TELLING;
  }

  private static List<Advice> own(SourceCount count) {
    var advice = new ArrayList<Advice>();
    long all = count.messages();
    if (worthTelling(count.of(SpfState.NOT_LISTED), all)) {
      advice.add(new Advice.OwnNotListed(count.of(SpfState.NOT_LISTED), all, count.addresses()));
    }
    long unsigned = count.of(DkimState.NONE) + count.of(DkimState.OF_ANOTHER);
    if (worthTelling(unsigned, all)) {
      advice.add(new Advice.OwnUnsigned(unsigned, all));
    }
    if (worthTelling(count.of(DkimState.BROKEN), all)) {
      advice.add(new Advice.OwnBroken(count.of(DkimState.BROKEN), all));
    }
    return advice;
  }

  /// What is amiss with a service. One that passes by one of both ways is well: it is not for us to
  /// change.
  private static List<Advice> service(KnownService service, SourceCount count) {
    if (!worthTelling(count.failed(), count.messages())) {
      return List.of();
    }
    var advice = new ArrayList<Advice>();
    long all = count.messages();
    boolean yours = count.passed() > 0;
    long unlisted = count.of(SpfState.NOT_LISTED);
    long another = count.of(DkimState.OF_ANOTHER);
    long broken = count.of(DkimState.BROKEN);
    if (worthTelling(broken, all)) {
      advice.add(new Advice.ServiceBroken(service, broken, all, yours));
    }
    if (worthTelling(another, all)) {
      String signer = count.signers().stream().findFirst().orElse("");
      advice.add(new Advice.ServiceSignsAsItself(service, signer, another, all, yours));
    }
    if (service.include().isPresent() && worthTelling(unlisted, all)) {
      advice.add(new Advice.ServiceNotListed(service, unlisted, all, yours));
    }
    if (advice.isEmpty()) {
      advice.add(new Advice.ServiceUnsigned(service, count.failed(), all, yours));
    }
    return advice;
  }

  private static Advice policy(DomainSurvey survey) {
    String p = survey.policy().p().toLowerCase(Locale.ROOT);
    return switch (p) {
      case REJECT -> new Advice.Strictest();
      case QUARANTINE -> stricter(survey, QUARANTINE, REJECT, REJECT_SHARE, survey.policySince());
      default -> stricter(survey, NONE, QUARANTINE, QUARANTINE_SHARE, survey.first());
    };
  }

  /// @param since the first day that counts: that of the policy, where it is a step already
  private static Advice stricter(
      DomainSurvey survey, String from, String to, double share, LocalDate since) {
    long passed = 0;
    long of = 0;
    var reasons = new ArrayList<Reason>();
    for (SourceCount count : survey.sources()) {
      switch (count.source()) {
        case OwnServer(), Authorized _ -> {
          passed += count.passed();
          of += count.messages();
        }
        case Service(KnownService service) -> {
          if (count.passed() > 0) {
            passed += count.passed();
            of += count.messages();
          } else if (count.failed() >= WORTH_TELLING) {
            reasons.add(new Reason.Undecided(service, count.failed()));
          }
        }
        // What others change on the way is nothing that we could set right.
        case Forwarder _, Stranger _, Others() -> {}
      }
    }
    long days = ChronoUnit.DAYS.between(since, survey.last()) + 1;
    if (of == 0 || passed * 100.0 < of * share) {
      reasons.add(new Reason.TooManyFail(passed, of, share));
    }
    if (days < DAYS) {
      reasons.add(new Reason.FewDays(days, DAYS));
    }
    if (survey.reportedDays() < REPORTED_DAYS) {
      reasons.add(new Reason.FewReports(survey.reportedDays(), REPORTED_DAYS));
    }
    if (of < MESSAGES) {
      reasons.add(new Reason.FewMessages(of, MESSAGES));
    }
    return reasons.isEmpty()
        ? new Advice.Tighten(from, to, days, passed, of)
        : new Advice.StayFor(from, to, reasons);
  }
}
