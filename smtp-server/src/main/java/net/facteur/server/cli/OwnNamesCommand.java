package net.facteur.server.cli;

import static net.facteur.server.cli.RulesTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.ownnames.OwnNameCounts;
import net.facteur.server.host.HostSettings;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `facteur own-names`: which sources write in the names of our domains.
@Command(name = "own-names")
final class OwnNamesCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Option(names = "--json")
  private boolean json;

  OwnNamesCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = option.readRight(workplace, workplace.err());
    Path file = HostSettings.from(settings).inData(Path.of(OwnNameCounts.FILE_NAME));
    List<Map.Entry<OwnNameCounts.Source, OwnNameCounts.Count>> all =
        OwnNameCounts.read(file).entrySet().stream()
            .sorted(
                Comparator.comparingLong(
                    (Map.Entry<OwnNameCounts.Source, OwnNameCounts.Count> e) ->
                        -e.getValue().messages()))
            .toList();
    var table = Table.of(workplace, SAY.ownNamesColumns());
    for (var entry : all) {
      OwnNameCounts.Source source = entry.getKey();
      OwnNameCounts.Count count = entry.getValue();
      if (json) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("domain", source.domain());
        fields.put("network", source.network());
        fields.put("hello", source.hello());
        fields.put("spf", source.spf());
        fields.put("dkim", source.dkim());
        fields.put("result", source.result());
        fields.put("messages", count.messages());
        fields.put("first", count.first().toString());
        fields.put("last", count.last().toString());
        workplace.out().println(StrangerText.inJson(new JsonMapper().writeValueAsString(fields)));
      }
      table.add(
          String.valueOf(count.messages()),
          StrangerText.of(source.domain()).onTerminal(),
          source.network(),
          StrangerText.of(source.hello()).onTerminal(),
          StrangerText.of(source.spf()).onTerminal(),
          StrangerText.of(source.dkim()).onTerminal(),
          source.result(),
          count.last().toString());
    }
    if (!json) {
      show(table, all);
    }
    return Facteur.OK;
  }

  private void show(Table table, List<Map.Entry<OwnNameCounts.Source, OwnNameCounts.Count>> all) {
    if (all.isEmpty()) {
      workplace.out().println(option.typed(workplace, workplace.say(SAY.ownNamesNone())));
      return;
    }
    table.print(workplace);
    long sum = all.stream().mapToLong(e -> e.getValue().messages()).sum();
    long unproven =
        all.stream()
            .filter(e -> e.getKey().result().equals("fail"))
            .mapToLong(e -> e.getValue().messages())
            .sum();
    Instant since =
        all.stream().map(e -> e.getValue().first()).min(Comparator.naturalOrder()).orElseThrow();
    workplace.out().println();
    workplace.out().println(workplace.say(SAY.ownNamesSum(unproven, sum, since)));
    workplace.out().println(option.typed(workplace, workplace.say(SAY.ownNamesNext())));
  }
}
