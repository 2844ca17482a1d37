package net.facteur.server.cli;

import java.util.List;
import java.util.OptionalLong;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReport.FailureDetails;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;

/// A report on TLS for people.
record TlsReportPrint(Workplace workplace) {
  private static final TlsTexts SAY = TlsTexts.SAY;

  void print(TlsReport report) {
    line("", SAY.reportFrom(clean(report.organization() + " <" + report.contact() + ">")));
    line("", SAY.reportPeriod(report.start(), report.end()));
    line("", SAY.reportId(clean(report.id())));
    line(
        "",
        report.complete()
            ? SAY.reportTotal(report.successes(), report.failures())
            : SAY.reportTotalPartly(report.successes(), report.failures()));
    report.policies().forEach(this::print);
  }

  private void print(PolicyResult policy) {
    String failed = workplace.say(failed(policy));
    workplace.out().println();
    line(
        "",
        SAY.reportPolicy(
            clean(policy.type() + " " + policy.domain()),
            number(policy.successes()),
            policy.faultless() ? workplace.green(failed) : workplace.red(failed)));
    policy.strings().forEach(line -> line("    ", SAY.reportPolicyLine(clean(line))));
    for (FailureDetails failure : policy.details()) {
      String what = clean(workplace.say(words(failure)));
      line("    ", SAY.reportFailure(times(failure.count()), what));
    }
  }

  private void line(String indent, Text says) {
    workplace.out().println(indent + workplace.say(says));
  }

  /// Details without a sum, or beside a sum of 0, are failures all the same.
  private static Text failed(PolicyResult policy) {
    if (policy.faultless()) {
      return SAY.reportFailed(0);
    }
    Text sum = number(policy.failures());
    return policy.failures().orElse(0) == 0 && policy.detailed() > 0
        ? SAY.reportFailedMore(sum, policy.detailed())
        : SAY.reportFailed(sum);
  }

  /// A count that is missing, negative, or no number is not known.
  private static Text number(OptionalLong count) {
    return count.isPresent() ? Text.of(Long.toString(count.getAsLong())) : SAY.reportUnknown();
  }

  private static Text times(OptionalLong count) {
    return count.orElse(0) == 1 ? SAY.reportOnce() : SAY.reportTimes(number(count));
  }

  private static Text words(FailureDetails failure) {
    String host =
        failure.receivingIp().isEmpty()
            ? failure.receivingHost()
            : failure.receivingHost() + " [" + failure.receivingIp() + "]";
    Text words =
        host.isEmpty() ? Text.of(failure.type()) : SAY.reportAt(failure.type(), host.strip());
    if (!failure.sendingIp().isEmpty()) {
      words = SAY.reportSender(words, failure.sendingIp());
    }
    return Text.joined(
        "",
        List.of(
            words,
            Text.of(failure.reasonCode().isEmpty() ? "" : ": " + failure.reasonCode()),
            Text.of(
                failure.additionalInformation().isEmpty()
                    ? ""
                    : " " + failure.additionalInformation())));
  }

  /// No more than a few lines.
  private static String clean(String text) {
    return StrangerText.of(text.substring(0, Math.min(400, text.length()))).onTerminal();
  }
}
