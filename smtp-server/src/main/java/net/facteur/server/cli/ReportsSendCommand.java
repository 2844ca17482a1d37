package net.facteur.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static net.facteur.server.cli.ReportsSentTexts.SAY;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Settings;
import net.facteur.server.report.ReportSettings;
import net.facteur.server.report.TlsReportSettings;
import net.facteur.server.report.dmarc.DmarcCountStore;
import net.facteur.server.report.dmarc.DmarcReport;
import net.facteur.server.report.dmarc.DmarcReportSettings;
import net.facteur.server.report.dmarc.PendingReport;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `facteur reports send`: shows what would be sent to others, or has it sent at once.
@Command(name = "send")
final class ReportsSendCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Option(names = "--now")
  private boolean now;

  @Option(names = "--dry-run")
  private boolean dryRun;

  @Parameters(arity = "0..1", paramLabel = "DOMAIN")
  private Optional<String> domain = Optional.empty();

  ReportsSendCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    if (now == dryRun || (now && domain.isPresent())) {
      throw CommandFailedException.notUnderstood(SAY.reportsSentHow(), SAY.reportsSentHowRemedy());
    }
    Settings settings = option.readRight(workplace, workplace.err());
    return now ? send(settings) : show(settings);
  }

  private int send(Settings settings) throws IOException {
    if (!DmarcReportSettings.from(settings).enabled()) {
      print(option.typed(workplace, workplace.say(SAY.reportsSentOff())));
      return Facteur.PROBLEM;
    }
    Optional<RunningServer> server = RunningServer.of(settings, workplace.language());
    if (server.isEmpty()) {
      throw new CommandFailedException(SAY.reportsSentNoServer(), CliTexts.SAY.serverStart());
    }
    print(workplace.say(SAY.reportsSentMails(server.get().sendReports())));
    return Facteur.OK;
  }

  private int show(Settings settings) throws IOException {
    Optional<DmarcCountStore> kept = SentReports.of(settings);
    if (kept.isEmpty()) {
      print(workplace.say(SAY.reportsSentNothing()));
      return Facteur.OK;
    }
    try (DmarcCountStore store = kept.get()) {
      if (domain.isPresent()) {
        xml(store, settings, domain.get());
      } else {
        list(store);
      }
    }
    return Facteur.OK;
  }

  private void list(DmarcCountStore store) throws IOException {
    LocalDate tomorrow =
        LocalDate.ofInstant(workplace.clock().instant(), ZoneOffset.UTC).plusDays(1);
    List<PendingReport> pending = store.before(tomorrow);
    if (pending.isEmpty()) {
      print(workplace.say(SAY.reportsSentNothing()));
      return;
    }
    var table = Table.of(workplace, SAY.reportsSentPendingColumns());
    for (PendingReport each : pending) {
      table.add(
          each.day().toString(),
          StrangerText.of(each.domain()).onTerminal(),
          String.valueOf(each.messages()),
          String.valueOf(each.passed()),
          StrangerText.of(each.rua()).onTerminal());
    }
    table.print(workplace);
  }

  /// The file that would be sent, of each day and policy.
  private void xml(DmarcCountStore store, Settings settings, String text) throws IOException {
    String name =
        DomainName.parse(text)
            .toOptional()
            .map(DomainName::text)
            .orElseThrow(
                () ->
                    CommandFailedException.notUnderstood(
                        ReportsTexts.SAY.reportsNoDomain(StrangerText.of(text).onTerminal()),
                        CommandFailedException.NOTHING));
    List<PendingReport> pending = store.of(name);
    if (pending.isEmpty()) {
      print(workplace.say(SAY.reportsSentNothingOf(name)));
    }
    for (PendingReport each : pending) {
      var out = new ByteArrayOutputStream();
      new DmarcReport(each, author(TlsReportSettings.from(settings)), "Facteur")
          .write(store, out, false);
      workplace.out().print(StrangerText.of(out.toString(UTF_8)).onTerminalInLines());
    }
    workplace.out().flush();
  }

  /// Whoever it will be: what is sent is signed.
  private static ReportSettings author(TlsReportSettings settings) {
    MailAddress contact =
        settings
            .contact()
            .orElseGet(
                () ->
                    new MailAddress(
                        "postmaster",
                        settings.domains().stream()
                            .findFirst()
                            .map(DomainName::text)
                            .orElse("localhost")));
    return new ReportSettings(settings.organization(), contact, settings.hour(), Duration.ZERO);
  }

  private void print(String line) {
    workplace.out().println(line);
  }
}
