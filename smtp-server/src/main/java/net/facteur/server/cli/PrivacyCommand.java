package net.facteur.server.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Lines;
import net.facteur.server.language.Text;
import net.facteur.server.privacy.Holding;
import net.facteur.server.privacy.Holdings;
import net.facteur.server.privacy.Register;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `facteur privacy`: what is kept of people, where and for how long; or an entry for a register.
@Command(name = "privacy")
final class PrivacyCommand implements Callable<Integer> {
  private static final int COLUMNS = 78;

  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Option(names = "--register")
  private boolean register;

  @Option(names = "--json")
  private boolean json;

  PrivacyCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = option.readRight(workplace, workplace.err());
    List<Holding> holdings = Holdings.of(settings);
    if (json) {
      holdings.forEach(each -> print(json(each)));
    } else if (register) {
      tell(Register.of(HostSettings.from(settings).name().text(), holdings));
    } else {
      holdings.forEach(this::show);
    }
    return Facteur.OK;
  }

  private void show(Holding its) {
    print(workplace.bold(workplace.say(Text.capitalised(its.what()))));
    for (Text part : List.of(its.place(), its.kept(), its.erased())) {
      tell(Text.indented(part));
    }
    print("");
  }

  private String json(Holding its) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", its.word());
    row.put("what", workplace.say(its.what()));
    row.put("where", workplace.say(its.place()));
    row.put("kept", workplace.say(its.kept()));
    row.put("erase", workplace.say(its.erased()));
    return StrangerText.inJson(new JsonMapper().writeValueAsString(row));
  }

  private void tell(Text text) {
    print(text.in(workplace.language(), s -> Lines.broken(s, COLUMNS - 4)));
  }

  private void print(String line) {
    workplace.out().println(line);
  }
}
