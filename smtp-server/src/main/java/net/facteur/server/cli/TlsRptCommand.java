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
import net.facteur.server.language.Text;
import net.facteur.server.report.TlsReportSettings;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "tlsrpt")
final class TlsRptCommand {
  private static final TlsTexts SAY = TlsTexts.SAY;

  private TlsRptCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new TlsRptCommand());
    group.addSubcommand(new Records(workplace));
    group.addSubcommand(new Show(workplace));
    return group;
  }

  @Command(name = "records")
  static final class Records implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();

    @Parameters(arity = "0..*", paramLabel = "DOMAIN")
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

  @Command(name = "show")
  static final class Show implements Callable<Integer> {
    private final Workplace workplace;

    @Parameters(paramLabel = "FILE")
    private Path file = Path.of("-");

    @Option(names = "--json")
    private boolean json;

    Show(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      return switch (new TlsReportFile().read(octets())) {
        case Parsed.Malformed<TlsReport>(int offset, String expected) ->
            throw new CommandFailedException(
                SAY.reportNone(file, expected, offset), SAY.reportForms());
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
        throw new CommandFailedException(CliTexts.SAY.isDirectory(file), SAY.reportNameOne());
      }
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(TlsReportFile.MAX_OCTETS + 1);
      }
    }

    private void print(TlsReport report) {
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
}
