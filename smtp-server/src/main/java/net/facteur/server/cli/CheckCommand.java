package net.facteur.server.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Settings;
import net.facteur.server.config.StartChecks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "check",
    description = {
      "Check the settings and the files they name.",
      "Shows every mistake at once, with file, line and what to type instead."
    })
final class CheckCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Option(names = "--json", description = "Write the mistakes as one JSON object.")
  private boolean json;

  CheckCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    Path file = settings.file(workplace);
    List<Mistake> mistakes =
        switch (workplace.loader().load(file)) {
          case LoadedSettings.Good(Settings good) -> StartChecks.mistakes(good);
          case LoadedSettings.Wrong(List<Mistake> found) -> found;
        };
    if (json) {
      workplace.out().println(asJson(file, mistakes));
    } else if (mistakes.isEmpty()) {
      workplace.out().println(workplace.green("ok") + ": " + file + " has no mistakes");
    } else {
      mistakes.forEach(mistake -> workplace.out().println(mistake.text()));
      workplace
          .out()
          .println(
              workplace.red(mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes"));
    }
    return mistakes.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
  }

  private static String asJson(Path file, List<Mistake> mistakes) {
    var list = new ArrayList<Map<String, Object>>();
    for (Mistake mistake : mistakes) {
      Map<String, Object> entry = new LinkedHashMap<>();
      if (mistake.where() instanceof Origin.InFile(Path where, int line)) {
        entry.put("file", where.toString());
        entry.put("line", line);
      } else {
        entry.put("origin", mistake.where().text());
      }
      entry.put("problem", mistake.what());
      entry.put("remedy", mistake.remedy());
      list.add(entry);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("file", file.toString());
    all.put("mistakes", list);
    return new JsonMapper().writeValueAsString(all);
  }
}
