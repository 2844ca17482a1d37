package net.facteur.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReportJson;
import net.facteur.auth.tlsrpt.TlsRptRecord;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Settings;
import net.facteur.server.report.received.FoundReport;
import net.facteur.server.report.received.FoundReports;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.report.received.ReportReader;
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
      var addresses = ReceivedReportSettings.from(read);
      for (DomainName domain : DkimKeys.chosen(read, domains)) {
        MailAddress to = addresses.tlsAddress(domain);
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
      FoundReports found = ReportReader.inFile(octets());
      for (FoundReport each : found.reports()) {
        if (each instanceof FoundReport.Tls(TlsReport report)) {
          if (json) {
            workplace
                .out()
                .println(
                    StrangerText.inJson(
                        new String(new TlsReportJson().print(report), StandardCharsets.UTF_8)));
          } else {
            new TlsReportPrint(workplace).print(report);
          }
          return report.faultless() ? Facteur.OK : Facteur.PROBLEM;
        }
      }
      FoundReports.Wrong reason = found.reason();
      throw new CommandFailedException(
          SAY.reportNone(file, reason.expected(), reason.offset()), SAY.reportForms());
    }

    /// One octet more than may be read is enough to see that there are too many.
    private byte[] octets() throws IOException {
      if (file.toString().equals("-")) {
        return workplace.in().readNBytes(ReportReader.MAX_OCTETS + 1);
      }
      if (Files.isDirectory(file)) {
        throw new CommandFailedException(CliTexts.SAY.isDirectory(file), SAY.reportNameOne());
      }
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(ReportReader.MAX_OCTETS + 1);
      }
    }
  }
}
