package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import net.facteur.server.checks.DaemonCautions;
import net.facteur.server.checks.DirectoryCautions;
import net.facteur.server.checks.Findings;
import net.facteur.server.checks.StartChecks;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.keys.PinnedCheck;
import net.facteur.server.language.Language;
import net.facteur.server.signing.SigningSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "check")
final class CheckCommand implements Callable<Integer> {
  private static final CliTexts SAY = CliTexts.SAY;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Option(names = "--json")
  private boolean json;

  CheckCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    Path file = settings.file(workplace);
    Findings findings =
        switch (workplace.loader().load(file)) {
          case LoadedSettings.Good(Settings good) -> good(good);
          case LoadedSettings.Wrong(List<Mistake> found) ->
              new Findings(found, List.of(), List.of());
        };
    List<Mistake> mistakes = findings.mistakes();
    if (json) {
      workplace.out().println(asJson(file, findings));
      return mistakes.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }
    findings.warnings().forEach(caution -> tell(workplace.say(SAY.warning(caution.text()))));
    mistakes.forEach(mistake -> tell(workplace.say(mistake.text())));
    int cautions = findings.warnings().size();
    String warned = cautions == 0 ? "" : workplace.say(SAY.checkWarnings(cautions));
    workplace
        .out()
        .println(
            mistakes.isEmpty()
                ? workplace.green("ok") + ": " + workplace.say(SAY.checkGood(file)) + warned
                : workplace.red(workplace.say(SAY.checkMistakes(mistakes.size()))) + warned);
    return mistakes.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
  }

  private Findings good(Settings good) {
    Findings findings =
        StartChecks.asked(good, workplace.clock(), workplace.doors())
            .with(DirectoryCautions.of(good, workplace.random()))
            .with(DaemonCautions.of(good));
    KeySettings keys = KeySettings.from(good);
    if (keys.pinned().isEmpty() || !findings.mistakes().isEmpty()) {
      return findings; // a start would not come so far
    }
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      KeyWiring keeping = KeyedCommand.keeping(workplace, good);
      return findings.withPinned(
          PinnedCheck.look(keeping, keys.pinned().keySet(), workers),
          domain -> good.origin(SigningSettings.SELECTOR, domain.text()));
    } catch (IOException _) {
      return findings; // the resolver's files, which are told of already
    }
  }

  private void tell(String text) {
    workplace.out().println(settings.typed(workplace, text));
  }

  private String asJson(Path file, Findings findings) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("file", file.toString());
    all.put("mistakes", entries(findings.mistakes()));
    all.put("warnings", entries(findings.warnings()));
    return new JsonMapper().writeValueAsString(all);
  }

  private List<Map<String, Object>> entries(List<Mistake> mistakes) {
    var list = new ArrayList<Map<String, Object>>();
    for (Mistake mistake : mistakes) {
      Map<String, Object> entry = new LinkedHashMap<>();
      if (mistake.where() instanceof Origin.InFile(Path where, int line)) {
        entry.put("file", where.toString());
        entry.put("line", line);
      } else {
        entry.put("origin", mistake.where().text().in(Language.ENGLISH));
      }
      entry.put("problem", settings.typed(workplace, mistake.what().in(Language.ENGLISH)));
      entry.put("remedy", settings.typed(workplace, mistake.remedy().in(Language.ENGLISH)));
      list.add(entry);
    }
    return list;
  }
}
