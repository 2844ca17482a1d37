package net.facteur.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReport.FailureDetails;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import net.facteur.auth.tlsrpt.TlsReportFile;
import net.facteur.auth.tlsrpt.TlsReportJson;
import net.facteur.auth.tlsrpt.TlsRptRecord;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Settings;
import net.facteur.server.report.TlsReportSettings;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tlsrpt",
    description = "Ask others for reports on TLS to our hosts (RFC 8460), and read them.")
final class TlsRptCommand {
  private TlsRptCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new TlsRptCommand());
    group.addSubcommand(new Records(workplace));
    group.addSubcommand(new Show(workplace));
    return group;
  }

  @Command(
      name = "records",
      description = "Print the DNS records that ask for reports to reports.contact.")
  static final class Records implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();

    @Parameters(arity = "0..*", paramLabel = "DOMAIN", description = "All domains unless given.")
    private List<String> domains = List.of();

    Records(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() {
      Settings read = settings.read(workplace);
      Optional<MailAddress> contact = TlsReportSettings.from(read).contact();
      for (DomainName domain : DkimKeys.chosen(read, domains)) {
        MailAddress to = contact.orElse(new MailAddress("postmaster", domain.text()));
        var record = new TlsRptRecord(List.of("mailto:" + to.text()));
        workplace.out().println("_smtp._tls." + domain + ". IN TXT \"" + record.print() + "\"");
      }
      return Facteur.OK;
    }
  }

  @Command(
      name = "show",
      description = {
        "Sum up a report that somebody sent: the mail, the attachment, or its JSON.",
        "Ends with 1 where it tells of failures, does not tell whether there were any, or cannot be"
            + " read."
      })
  static final class Show implements Callable<Integer> {
    private final Workplace workplace;

    @Parameters(paramLabel = "FILE", description = "`-` is standard input.")
    private Path file = Path.of("-");

    @Option(names = "--json", description = "Write the report as one JSON object.")
    private boolean json;

    Show(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      return switch (new TlsReportFile().read(octets())) {
        case Parsed.Malformed<TlsReport>(int offset, String expected) ->
            throw new CommandFailedException(
                file + " is not a report: expected " + expected + ", at octet " + offset + ".",
                "It should be the mail with the report, its .json.gz or .zip, or the JSON in"
                    + " that.");
        case Parsed.Ok<TlsReport>(TlsReport report) -> {
          if (json) {
            workplace
                .out()
                .println(
                    StrangerText.inJson(
                        new String(new TlsReportJson().print(report), StandardCharsets.UTF_8)));
          } else {
            print(report);
          }
          yield report.faultless() ? Facteur.OK : Facteur.PROBLEM;
        }
      };
    }

    /// One octet more than may be read is enough to see that there are too many.
    private byte[] octets() throws IOException {
      if (file.toString().equals("-")) {
        return workplace.in().readNBytes(TlsReportFile.MAX_OCTETS + 1);
      }
      if (Files.isDirectory(file)) {
        throw new CommandFailedException(
            file + " is a directory.", "Name the file of a single report.");
      }
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(TlsReportFile.MAX_OCTETS + 1);
      }
    }

    private void print(TlsReport report) {
      var out = workplace.out();
      out.println("from:    " + clean(report.organization() + " <" + report.contact() + ">"));
      out.println("period:  " + report.start() + " to " + report.end());
      out.println("report:  " + clean(report.id()));
      out.println(
          "total:   "
              + report.successes()
              + " sessions good, "
              + report.failures()
              + " failed"
              + (report.complete() ? "" : ", and others that the report does not count"));
      report.policies().forEach(this::print);
    }

    private void print(PolicyResult policy) {
      var out = workplace.out();
      out.println();
      out.println(
          clean(policy.type() + " " + policy.domain())
              + ": "
              + number(policy.successes())
              + " good, "
              + (policy.faultless() ? workplace.green("0 failed") : workplace.red(failed(policy))));
      policy.strings().forEach(line -> out.println("    policy  " + clean(line)));
      for (FailureDetails failure : policy.details()) {
        out.println("    failed  " + times(failure.count()) + " " + clean(words(failure)));
      }
    }

    /// Details without a sum, or beside a sum of 0, are failures all the same.
    private static String failed(PolicyResult policy) {
      String sum = number(policy.failures()) + " failed";
      return policy.failures().orElse(0) == 0 && policy.detailed() > 0
          ? sum + ", but its details tell of " + policy.detailed()
          : sum;
    }

    /// A count that is missing, negative, or no number is not known.
    private static String number(OptionalLong count) {
      return count.isPresent() ? Long.toString(count.getAsLong()) : "an unknown number";
    }

    private static String times(OptionalLong count) {
      return number(count) + (count.orElse(0) == 1 ? " time" : " times");
    }

    private static String words(FailureDetails failure) {
      var words = new StringBuilder(failure.type());
      add(words, " at ", failure.receivingHost());
      add(words, " [", failure.receivingIp(), "]");
      add(words, " from [", failure.sendingIp(), "]");
      add(words, ": ", failure.reasonCode());
      add(words, " ", failure.additionalInformation());
      return words.toString();
    }

    private static void add(StringBuilder words, String before, String text, String... after) {
      if (!text.isEmpty()) {
        words.append(before).append(text).append(String.join("", after));
      }
    }

    /// No more than a few lines.
    private static String clean(String text) {
      return StrangerText.of(text.substring(0, Math.min(400, text.length()))).onTerminal();
    }
  }
}
