package net.facteur.server.cli;

import static net.facteur.server.cli.AlertsTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import net.facteur.server.alerts.AlertEntry;
import net.facteur.server.alerts.AlertMemory;
import net.facteur.server.alerts.AlertSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountStore;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.language.Lines;
import net.facteur.server.language.Text;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `facteur alerts`: what is wrong now, and what was told; or a trial by each way.
@Command(name = "alerts")
final class AlertsCommand implements Callable<Integer> {
  private static final int COLUMNS = 78;
  private static final int SHOWN = 20;

  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Option(names = "--test")
  private boolean test;

  @Option(names = "--json")
  private boolean json;

  AlertsCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = option.readRight(workplace, workplace.err());
    return test ? test(settings) : show(settings);
  }

  private int test(Settings settings) throws IOException {
    if (!AlertSettings.from(settings).on()) {
      throw new CommandFailedException(SAY.alertsOff(), SAY.alertsOffRemedy());
    }
    Optional<RunningServer> server = RunningServer.of(settings, workplace.language());
    if (server.isEmpty()) {
      throw new CommandFailedException(SAY.alertsNoServer(), CliTexts.SAY.serverStart());
    }
    Map<String, Optional<String>> ways = server.get().testAlerts();
    boolean failed = false;
    for (Map.Entry<String, Optional<String>> way : ways.entrySet()) {
      failed |= way.getValue().isPresent();
      if (json) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("way", way.getKey());
        way.getValue().ifPresent(reason -> row.put("failed", reason));
        print(json(row));
      } else {
        tell(
            way.getValue()
                .map(reason -> SAY.alertsFailed(way.getKey(), StrangerText.of(reason).onTerminal()))
                .orElseGet(() -> SAY.alertsSent(way.getKey())));
      }
    }
    return failed ? Facteur.PROBLEM : Facteur.OK;
  }

  private int show(Settings settings) throws IOException {
    Optional<StoreSettings.Place> place = KeptCounts.place(settings, SAY.alertsClosed());
    if (place.isEmpty()) {
      if (!json) {
        tell(SAY.alertsNothing());
      }
      return Facteur.OK;
    }
    try (CountStore store = SqlCountStore.at(place.get(), workplace.clock())) {
      var memory = new AlertMemory(store);
      Map<AlertMemory.Matter, AlertEntry> standing = memory.standing();
      standing.values().removeIf(entry -> entry.gone().isPresent());
      List<AlertMemory.Told> told = memory.told();
      if (json) {
        standing.forEach((key, entry) -> print(json(row(key, entry, "stands"))));
        told.forEach(its -> print(json(row(its.key(), its.entry(), its.over() ? "over" : "told"))));
      } else {
        standing(standing, settings);
        told(told);
      }
      return standing.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }
  }

  private void standing(Map<AlertMemory.Matter, AlertEntry> standing, Settings settings) {
    if (standing.isEmpty()) {
      tell(SAY.alertsNothing());
    } else {
      var table = Table.of(workplace, SAY.alertsColumns());
      standing.forEach(
          (key, entry) ->
              table.add(
                  key.rule().word(),
                  shown(entry.since()),
                  entry.told().map(AlertsCommand::shown).orElse("-"),
                  said(entry)));
      table.print(workplace);
    }
    if (!AlertSettings.from(settings).on()) {
      tell(SAY.alertsOff());
    }
  }

  private void told(List<AlertMemory.Told> told) {
    if (told.isEmpty()) {
      return;
    }
    print("");
    print(workplace.bold(workplace.say(SAY.alertsTold())));
    var table = Table.of(workplace, SAY.alertsToldColumns());
    told.stream()
        .limit(SHOWN)
        .forEach(
            its ->
                table.add(
                    shown(its.at()),
                    its.key().rule().word(),
                    workplace.say(its.over() ? SAY.alertsOver() : SAY.alertsBegan()),
                    its.over() ? "-" : String.join(", ", its.entry().ways()),
                    said(its.entry())));
    table.print(workplace);
  }

  private String said(AlertEntry entry) {
    return StrangerText.of(entry.what().in(workplace.language())).onTerminal();
  }

  private static Map<String, Object> row(AlertMemory.Matter key, AlertEntry entry, String state) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("state", state);
    row.put("rule", key.rule().word());
    row.put("subject", key.subject());
    row.put("since", entry.since().toString());
    entry.told().ifPresent(at -> row.put("told", at.toString()));
    entry.gone().ifPresent(at -> row.put("gone", at.toString()));
    row.put("ways", entry.ways());
    row.put("words", new TreeMap<>(entry.words()));
    return row;
  }

  private static String json(Map<String, Object> fields) {
    return StrangerText.inJson(new JsonMapper().writeValueAsString(fields));
  }

  private static String shown(Instant at) {
    return at.truncatedTo(ChronoUnit.MINUTES).toString();
  }

  private void tell(Text text) {
    print(option.typed(workplace, text.in(workplace.language(), s -> Lines.broken(s, COLUMNS))));
  }

  private void print(String line) {
    workplace.out().println(line);
  }
}
