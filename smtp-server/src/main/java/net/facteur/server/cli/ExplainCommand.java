package net.facteur.server.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.settings.Reference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "explain")
final class ExplainCommand implements Callable<Integer> {
  private static final CliTexts SAY = CliTexts.SAY;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Parameters(arity = "0..1", paramLabel = "KEY")
  private @Nullable String key;

  @Option(names = "--json")
  private boolean json;

  ExplainCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    Settings read = settings.read(workplace);
    List<Settings.Key> wanted = wanted(read);
    String asked = key;
    if (wanted.isEmpty() && asked != null) {
      throw unknown(read, asked);
    }
    if (!json) {
      names(read);
    }
    for (Settings.Key one : wanted) {
      if (json) {
        workplace.out().println(new JsonMapper().writeValueAsString(fields(read, one)));
      } else if (wanted.size() == 1) {
        explain(read, one);
      } else {
        workplace.out().println(settings.typed(workplace, line(read, one)));
      }
    }
    if (wanted.isEmpty() && !json) {
      workplace.out().println(workplace.say(SAY.explainDefaults()));
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
    List<String> path = path(asked);
    var candidates = new ArrayList<>(read.keys());
    for (Setting<?> setting : Reference.SCHEMA.settings()) {
      boolean shown =
          setting
              .block()
              .filter(b -> path.contains(Setting.ANY) || names(read, b).isEmpty())
              .isPresent();
      if (shown) {
        candidates.add(new Settings.Key(setting, List.of()));
      }
    }
    List<Settings.Key> exact =
        candidates.stream().filter(k -> ConfigUtil.splitPath(k.text()).equals(path)).toList();
    return exact.isEmpty()
        ? candidates.stream().filter(k -> begins(ConfigUtil.splitPath(k.text()), path)).toList()
        : exact.subList(0, 1);
  }

  /// The names in a key, `*` with or without quotes; none where it cannot be one.
  private static List<String> path(String text) {
    try {
      return ConfigUtil.splitPath(text.replaceAll("(?<!\")[*](?!\")", "\"*\""));
    } catch (ConfigException e) {
      return List.of();
    }
  }

  private static boolean begins(List<String> whole, List<String> start) {
    return !start.isEmpty()
        && whole.size() > start.size()
        && whole.subList(0, start.size()).equals(start);
  }

  /// The blocks whose names the administrator chooses, such as `domains`.
  private static List<List<String>> blocks() {
    return Reference.SCHEMA.settings().stream()
        .flatMap(setting -> setting.block().stream())
        .distinct()
        .toList();
  }

  private static Collection<String> names(Settings read, List<String> block) {
    return read.names(String.join(".", block));
  }

  /// Shows which names there are in the blocks that are asked for.
  private void names(Settings read) {
    String asked = key;
    for (List<String> block : blocks()) {
      Collection<String> names = names(read, block);
      if (asked == null ? !names.isEmpty() : path(asked).equals(block)) {
        workplace
            .out()
            .println(
                workplace.bold(String.join(".", block))
                    + ": "
                    + (names.isEmpty()
                        ? workplace.say(SAY.explainNone())
                        : String.join(", ", names)));
      }
    }
  }

  /// A key of a name that is not there, of one that lacks its quotes, or of no setting.
  private static CommandFailedException unknown(Settings read, String asked) {
    List<String> path = path(asked);
    for (List<String> block : blocks()) {
      if (!begins(path, block)) {
        continue;
      }
      List<String> below = path.subList(block.size(), path.size());
      for (String name : names(read, block)) {
        List<String> parts = List.of(name.split("\\.", -1));
        if (below.equals(parts) || begins(below, parts)) {
          var quoted = new ArrayList<>(block);
          quoted.add(name);
          quoted.addAll(below.subList(parts.size(), below.size()));
          return CommandFailedException.notUnderstood(
              SAY.explainDot(asked), SAY.explainType(ConfigUtil.joinPath(quoted)));
        }
      }
      boolean known =
          Reference.SCHEMA.settings().stream()
              .filter(setting -> setting.block().filter(block::equals).isPresent())
              .map(setting -> setting.key().subList(block.size() + 1, setting.key().size()))
              .map(rest -> below.subList(1, below.size()).equals(rest))
              .reduce(below.size() == 1, Boolean::logicalOr);
      if (known) {
        return new CommandFailedException(
            SAY.explainNotAmong(below.getFirst(), String.join(".", block)),
            SAY.explainAdd(
                read.file(), String.join(".", block) + " { \"" + below.getFirst() + "\" {} }"));
      }
    }
    return CommandFailedException.notUnderstood(
        SAY.explainUnknown(asked),
        Reference.SCHEMA.nearest(asked).map(SAY::explainNear).orElseGet(SAY::explainAll));
  }

  private String line(Settings read, Settings.Key one) {
    return read.shown(one.setting(), one.names())
        .map(
            value ->
                one.text()
                    + " = "
                    + value
                    + "  # "
                    + workplace.say(read.origin(one.setting(), one.names()).text()))
        .orElseGet(() -> workplace.say(SAY.explainKeyUnset(one.text(), without(one.setting()))));
  }

  private static String without(Setting<?> setting) {
    return setting.defaultText().equals("none") ? "" : ": " + setting.defaultText();
  }

  private void explain(Settings read, Settings.Key one) {
    Setting<?> setting = one.setting();
    var out = workplace.out();
    Optional<String> shown = read.shown(setting, one.names());
    out.println(workplace.bold(shown.map(v -> one.text() + " = " + v).orElse(one.text())));
    Origin origin = read.origin(setting, one.names());
    tell(SAY.explainFrom(shown.isEmpty() ? SAY.explainUnset(without(setting)) : origin.text()));
    tell(SAY.explainDefault(settings.typed(workplace, setting.defaultText())));
    tell(SAY.explainKind(setting.type().name(), setting.type().bounds()));
    tell(SAY.explainExample(one.text() + " = " + setting.example()));
    out.println();
    out.println("  " + settings.typed(workplace, setting.text()));
  }

  private void tell(Text line) {
    workplace.out().println("  " + workplace.say(line));
  }

  private static Map<String, Object> fields(Settings read, Settings.Key one) {
    Setting<?> setting = one.setting();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("key", one.text());
    read.shown(setting, one.names()).ifPresent(value -> fields.put("value", value));
    fields.put("origin", read.origin(setting, one.names()).text().in(Language.ENGLISH));
    fields.put("default", setting.defaultText());
    fields.put("type", setting.type().name().in(Language.ENGLISH));
    fields.put("bounds", setting.type().bounds().in(Language.ENGLISH));
    fields.put("doc", setting.text());
    return fields;
  }
}
