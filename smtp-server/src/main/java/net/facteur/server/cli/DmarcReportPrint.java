package net.facteur.server.cli;

import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.PolicyOverride;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;
import net.facteur.auth.dmarc.report.AggregateReport.SpfResult;
import net.facteur.server.language.Text;

/// A report on DMARC for people: what was sent in the name of a domain, most messages first.
record DmarcReportPrint(Workplace workplace) {
  private static final ReportsReadTexts SAY = ReportsReadTexts.SAY;
  private static final TlsTexts SAME = TlsTexts.SAY;

  void print(AggregateReport report) {
    var metadata = report.metadata();
    line("", SAY.readDmarc(clean(report.policy().domain())));
    line("", SAME.reportFrom(clean(metadata.organization() + " <" + metadata.email() + ">")));
    line("", SAME.reportPeriod(metadata.begin(), metadata.end()));
    line("", SAME.reportId(clean(metadata.id())));
    line("", SAY.readPolicy(clean(policy(report.policy()))));
    metadata.errors().forEach(error -> line("", SAY.readError(clean(error))));
    long passed = FoundReportJson.passed(report);
    line("", SAY.readMessages(report.messages(), passed, report.messages() - passed));
    report.entries().stream()
        .sorted(Comparator.comparingLong(Entry::count).reversed())
        .forEach(this::print);
  }

  private static String policy(PublishedPolicy policy) {
    return Stream.of(
            tag("p", policy.p()),
            tag("sp", policy.sp()),
            tag("np", policy.np()),
            tag("adkim", policy.adkim()),
            tag("aspf", policy.aspf()),
            tag("t", policy.testing()),
            tag("pct", policy.pct().isPresent() ? Integer.toString(policy.pct().getAsInt()) : ""))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private static String tag(String name, String value) {
    return value.isEmpty() ? "" : name + "=" + value;
  }

  private void print(Entry entry) {
    workplace.out().println();
    boolean passed = entry.evaluated().passed();
    String verdict = workplace.say(passed ? SAY.readPassed() : SAY.readFailed());
    workplace
        .out()
        .println(
            (passed ? workplace.green(verdict) : workplace.red(verdict))
                + "  "
                + workplace.say(
                    SAY.readEntry(
                        entry.count(),
                        clean(entry.sourceIp()),
                        clean(entry.identifiers().headerFrom()))));
    if (!entry.evaluated().disposition().isEmpty()) {
      line("    ", SAY.readDone(clean(entry.evaluated().disposition())));
    }
    if (entry.dkim().isEmpty()) {
      line("    ", SAY.readUnsigned());
    }
    for (DkimResult dkim : entry.dkim()) {
      line(
          "    ", SAY.readDkim(clean(dkim.domain()), clean(dkim.selector()), clean(dkim.result())));
    }
    for (SpfResult spf : entry.spf()) {
      line("    ", SAY.readSpf(clean(spf.domain()), clean(spf.result())));
    }
    for (PolicyOverride override : entry.evaluated().reasons()) {
      line("    ", SAY.readOverride(clean(override.type()), clean(override.comment())));
    }
  }

  private void line(String indent, Text says) {
    workplace.out().println((indent + workplace.say(says)).stripTrailing());
  }

  private static String clean(String text) {
    return ReportsReadCommand.clean(text);
  }
}
