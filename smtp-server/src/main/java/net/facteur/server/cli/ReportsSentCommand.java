package net.facteur.server.cli;

import static net.facteur.server.cli.ReportsSentTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;
import net.facteur.server.report.dmarc.DmarcCountStore;
import net.facteur.server.report.dmarc.DmarcCountStore.Rest;
import net.facteur.server.report.dmarc.DmarcCountStore.Sent;
import net.facteur.server.report.dmarc.DmarcReportSettings;
import net.facteur.server.report.dmarc.PendingReport;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `facteur reports sent`: which reports on DMARC went where, what waits, and who gets none.
@Command(name = "sent")
final class ReportsSentCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Option(names = "--since", paramLabel = "DURATION", defaultValue = "7d")
  private String since = "7d";

  @Option(names = "--json")
  private boolean json;

  ReportsSentCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    long days =
        LookBack.parse(since, "dw")
            .orElseThrow(
                () ->
                    CommandFailedException.notUnderstood(
                        ReportsTexts.SAY.reportsSince(StrangerText.of(since).onTerminal()),
                        ReportsTexts.SAY.reportsSinceRemedy()))
            .toDays();
    Settings settings = option.read(workplace);
    Instant now = workplace.clock().instant();
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    List<Sent> sent = List.of();
    List<Rest> resting = List.of();
    List<PendingReport> pending = List.of();
    Optional<DmarcCountStore> kept = SentReports.of(settings);
    if (kept.isPresent()) {
      try (DmarcCountStore store = kept.get()) {
        sent = store.sent(today.minusDays(days));
        resting = store.resting(now);
        pending = store.before(today.plusDays(1));
      }
    }
    if (json) {
      sent.forEach(this::json);
      pending.forEach(this::json);
      resting.forEach(this::json);
    } else {
      show(sent, pending, resting);
      if (!DmarcReportSettings.from(settings).enabled()) {
        print(option.typed(workplace, workplace.say(SAY.reportsSentOff())));
      }
    }
    return Facteur.OK;
  }

  private void show(List<Sent> sent, List<PendingReport> pending, List<Rest> resting) {
    if (sent.isEmpty()) {
      print(workplace.say(SAY.reportsSentNone(since)));
    } else {
      var table = Table.of(workplace, SAY.reportsSentColumns());
      for (Sent each : sent) {
        if (!each.domain().isEmpty()) {
          table.add(
              each.day().toString(),
              StrangerText.of(each.domain()).onTerminal(),
              StrangerText.of(each.address()).onTerminal(),
              String.valueOf(each.messages()),
              workplace.say(said(each.outcome())),
              StrangerText.of(each.detail()).onTerminal());
        }
      }
      table.print(workplace);
      sent.stream()
          .filter(each -> each.domain().isEmpty())
          .forEach(
              each -> print(workplace.say(SAY.reportsSentLeftOut(each.day(), each.messages()))));
    }
    long messages = pending.stream().mapToLong(PendingReport::messages).sum();
    if (messages > 0) {
      print(
          option.typed(workplace, workplace.say(SAY.reportsSentPending(messages, pending.size()))));
    }
    for (Rest rest : resting) {
      print(
          workplace.say(
              SAY.reportsSentRests(
                  StrangerText.of(rest.address()).onTerminal(),
                  rest.until(),
                  StrangerText.of(rest.reason()).onTerminal())));
    }
  }

  /// What became of a report.
  private static Text said(Sent.Outcome outcome) {
    return switch (outcome) {
      case SENT -> SAY.reportsOutcomeSent();
      case NOT_ALLOWED -> SAY.reportsOutcomeNotAllowed();
      case EXCLUDED -> SAY.reportsOutcomeExcluded();
      case RESTING -> SAY.reportsOutcomeResting();
      case TOO_LARGE -> SAY.reportsOutcomeTooLarge();
      case LEFT_OUT -> SAY.reportsOutcomeLeftOut();
      case GIVEN_UP -> SAY.reportsOutcomeGivenUp();
      case REFUSED -> SAY.reportsOutcomeRefused();
    };
  }

  private void print(String line) {
    workplace.out().println(line);
  }

  private void json(Sent sent) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", "sent");
    line.put("day", sent.day().toString());
    line.put("domain", sent.domain());
    line.put("to", sent.address());
    line.put("report-id", sent.report());
    line.put("messages", sent.messages());
    line.put("octets", sent.octets());
    line.put("at", sent.at().toString());
    line.put("outcome", sent.outcome().word());
    line.put("detail", sent.detail());
    json(line);
  }

  private void json(PendingReport pending) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", "pending");
    line.put("day", pending.day().toString());
    line.put("domain", pending.domain());
    line.put("rua", pending.rua());
    line.put("messages", pending.messages());
    line.put("passed", pending.passed());
    line.put("left-out", pending.leftOut());
    json(line);
  }

  private void json(Rest rest) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", "rests");
    line.put("to", rest.address());
    line.put("until", rest.until().toString());
    line.put("reason", rest.reason());
    json(line);
  }

  private void json(Map<String, Object> line) {
    print(StrangerText.inJson(new JsonMapper().writeValueAsString(line)));
  }
}
