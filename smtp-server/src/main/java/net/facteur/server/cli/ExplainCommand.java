package net.facteur.server.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.settings.Reference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "explain",
    description = {
      "Show a setting: its value, where that comes from, and what it means.",
      "Without KEY, every setting that is not at its default; KEY may also be the beginning of"
          + " keys, such as `queue`."
    })
final class ExplainCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Parameters(arity = "0..1", paramLabel = "KEY", description = "Such as limits.recipients")
  private @Nullable String key;

  @Option(names = "--json", description = "Write JSON, an object for each setting.")
  private boolean json;

  ExplainCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    Settings read = settings.read(workplace);
    List<Settings.Key> wanted = wanted(read);
    if (wanted.isEmpty() && key != null) {
      throw CommandFailedException.notUnderstood(
          "There is no setting `" + key + "`.",
          Reference.SCHEMA
              .nearest(key)
              .map(near -> "Did you mean `" + near + "`?  Type: facteur explain " + near)
              .orElse("All settings stand in conf/mail.conf and docs/configuration.md."));
    }
    for (Settings.Key one : wanted) {
      if (json) {
        workplace.out().println(new JsonMapper().writeValueAsString(fields(read, one)));
      } else if (wanted.size() == 1) {
        explain(read, one);
      } else {
        workplace.out().println(line(read, one));
      }
    }
    if (wanted.isEmpty() && !json) {
      workplace.out().println("Every setting is at its default.");
    }
    return Facteur.OK;
  }

  private List<Settings.Key> wanted(Settings read) {
    String asked = key;
    if (asked == null) {
      return read.keys().stream()
          .filter(k -> !(read.origin(k.setting(), k.names()) instanceof Origin.BuiltIn))
          .toList();
    }
    List<String> path;
    try {
      path = ConfigUtil.splitPath(asked);
    } catch (ConfigException e) {
      return List.of();
    }
    var candidates = new ArrayList<>(read.keys());
    for (Setting<?> setting : Reference.SCHEMA.settings()) {
      if (setting.key().contains(Setting.ANY)) {
        candidates.add(new Settings.Key(setting, List.of()));
      }
    }
    List<Settings.Key> exact =
        candidates.stream().filter(k -> ConfigUtil.splitPath(k.text()).equals(path)).toList();
    return exact.isEmpty()
        ? candidates.stream().filter(k -> begins(ConfigUtil.splitPath(k.text()), path)).toList()
        : exact.subList(0, 1);
  }

  private static boolean begins(List<String> whole, List<String> start) {
    return whole.size() > start.size() && whole.subList(0, start.size()).equals(start);
  }

  private String line(Settings read, Settings.Key one) {
    Optional<String> shown = read.shown(one.setting(), one.names());
    return shown.map(value -> one.text() + " = " + value).orElse(one.text() + " is not set")
        + "  # "
        + read.origin(one.setting(), one.names()).text();
  }

  private void explain(Settings read, Settings.Key one) {
    Setting<?> setting = one.setting();
    var out = workplace.out();
    Optional<String> shown = read.shown(setting, one.names());
    out.println(workplace.bold(shown.map(v -> one.text() + " = " + v).orElse(one.text())));
    Origin origin = read.origin(setting, one.names());
    out.println(
        "  from:    " + (shown.isEmpty() ? "not set: " + setting.defaultText() : origin.text()));
    out.println("  default: " + setting.defaultText());
    out.println("  type:    " + setting.type().name() + "; " + setting.type().bounds());
    out.println("  example: " + one.text() + " = " + setting.example());
    out.println();
    out.println("  " + setting.text());
  }

  private static Map<String, Object> fields(Settings read, Settings.Key one) {
    Setting<?> setting = one.setting();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("key", one.text());
    read.shown(setting, one.names()).ifPresent(value -> fields.put("value", value));
    fields.put("origin", read.origin(setting, one.names()).text());
    fields.put("default", setting.defaultText());
    fields.put("type", setting.type().name());
    fields.put("bounds", setting.type().bounds());
    fields.put("doc", setting.text());
    return fields;
  }
}
