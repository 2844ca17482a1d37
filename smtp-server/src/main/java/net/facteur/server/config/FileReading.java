package net.facteur.server.config;

import static net.facteur.server.config.ConfigTexts.SAY;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;

/// One pass over one file: collects values and mistakes.
final class FileReading {
  /// More parts of one value that are wrong are only counted.
  private static final int FAULTS = 50;

  private final Schema schema;
  private final KeyTree tree;
  private final Path file;
  private final Map<List<String>, Settings.Entry> entries = new HashMap<>();
  private final Map<List<String>, TreeSet<String>> names = new HashMap<>();
  private final List<Mistake> mistakes = new ArrayList<>();
  private final List<Mistake> notes = new ArrayList<>();
  private final Set<List<String>> unread = new HashSet<>();

  /// Keys whose values were told to be wrong.
  private final Set<List<String>> told = new HashSet<>();

  private final List<Path> files = new ArrayList<>();

  FileReading(Schema schema, Path file) {
    this.schema = schema;
    this.tree = KeyTree.of(schema.settings());
    this.file = file;
  }

  void read(ConfigObject root) {
    readBlock(root, tree, List.of());
  }

  /// Takes what was found wrong while the files were read.
  void refuse(List<Mistake> found) {
    mistakes.addAll(found);
  }

  /// Takes the files that were read, and names what they set more than once: only the last counts.
  void note(SourceFile source) {
    files.addAll(source.all());
    for (RepeatedKeys.Repeated twice : RepeatedKeys.in(source)) {
      Path earlier = twice.before().file();
      notes.add(
          new Mistake(
              new Origin.InFile(twice.where().file(), twice.where().line()),
              earlier.equals(twice.where().file())
                  ? SAY.setTwice(key(twice.path()), twice.before().line())
                  : SAY.setTwiceElsewhere(key(twice.path()), earlier, twice.before().line()),
              SAY.takeOneOut()));
    }
  }

  LoadedSettings result() {
    Settings settings = rest();
    if (mistakes.isEmpty()) {
      mistakes.addAll(schema.mistakes(settings));
    }
    mistakes.sort(Comparator.comparingInt(FileReading::line));
    return mistakes.isEmpty()
        ? new LoadedSettings.Good(settings)
        : new LoadedSettings.Wrong(mistakes);
  }

  /// What the file does not say may stand in one that is missing.
  void doubtTheRest() {
    schema.settings().stream()
        .map(Setting::key)
        .filter(key -> !entries.containsKey(key))
        .forEach(unread::add);
  }

  /// What is right. The rest has no value, not its default.
  Settings rest() {
    return new Settings(schema, file, entries, names, notes, unread, files);
  }

  private static int line(Mistake mistake) {
    return mistake.where() instanceof Origin.InFile(Path _, int line) ? line : Integer.MAX_VALUE;
  }

  private void readBlock(ConfigObject block, KeyTree node, List<String> path) {
    for (var entry : new TreeMap<>(block).entrySet()) {
      String name = entry.getKey();
      ConfigValue value = entry.getValue();
      List<String> here = append(path, name);
      Optional<KeyTree> child = node.child(name);
      if (child.isEmpty()) {
        unknown(here, node, value);
      } else if (child.get().setting().isPresent()) {
        readValue(child.get().setting().get(), here, value);
      } else if (!(value instanceof ConfigObject inner)) {
        wrong(
            value,
            here,
            SAY.notBlock(),
            SAY.block(key(here), String.join(", ", child.get().names())));
      } else if (!node.named()) {
        readBlock(inner, child.get(), here);
      } else if (!unquotedDomain(here, child.get(), inner)) {
        readNamed(child.get(), path, name, inner);
      }
    }
  }

  /// `domains { example.org { } }` is a block `org` in a block `example`: the dot separates names.
  private boolean unquotedDomain(List<String> path, KeyTree node, ConfigObject value) {
    String name = path.getLast();
    boolean nested =
        !name.contains(".")
            && value.size() == 1
            && value.keySet().stream().noneMatch(k -> node.child(k).isPresent());
    if (nested) {
      String rest = value.keySet().iterator().next();
      wrong(
          value,
          path,
          SAY.dotted(),
          SAY.type(
              key(path.subList(0, path.size() - 1))
                  + " { \""
                  + name
                  + "."
                  + rest
                  + "\" { ... } }"));
    }
    return nested;
  }

  private void readNamed(KeyTree node, List<String> path, String name, ConfigObject value) {
    Optional<DomainName> domain =
        DomainName.parse(name).toOptional().filter(DomainName::isHostName);
    if (domain.isEmpty()) {
      wrong(
          value,
          append(path, name),
          SAY.notDomainBlock(),
          SAY.type(key(path) + " { \"example.org\" { ... } }"));
      return;
    }
    names.computeIfAbsent(path, _ -> new TreeSet<>()).add(domain.get().text());
    readBlock(value, node, append(path, domain.get().text()));
  }

  private <T> void readValue(Setting<T> setting, List<String> path, ConfigValue value) {
    switch (setting.type().read(value)) {
      case SettingType.Reading.Good<T>(T good) ->
          entries.put(path, new Settings.Entry(good, Origin.of(value.origin(), file)));
      case SettingType.Reading.Wrong<T>(List<SettingType.Reading.Fault> faults) ->
          wrong(setting, path, value, faults);
    }
  }

  private void wrong(
      Setting<?> setting,
      List<String> path,
      ConfigValue value,
      List<SettingType.Reading.Fault> faults) {
    if (setting.secret()) {
      wrong(
          value,
          path,
          SAY.secret(setting.type().bounds()),
          SAY.type(key(path) + " = " + setting.example()));
      return;
    }
    for (SettingType.Reading.Fault fault : faults.subList(0, Math.min(FAULTS, faults.size()))) {
      String right = fault.instead().isEmpty() ? setting.example() : fault.instead();
      wrong(fault.part().orElse(value), path, fault.what(), SAY.type(key(path) + " = " + right));
    }
    if (faults.size() > FAULTS) {
      wrong(
          value,
          path,
          SAY.faults(faults.size() - FAULTS),
          SAY.type(key(path) + " = " + setting.example()));
    }
  }

  private void unknown(List<String> path, KeyTree node, ConfigValue value) {
    String name = path.getLast();
    List<String> parent = path.subList(0, path.size() - 1);
    Optional<List<String>> here =
        Nearest.to(name, node.names().stream().filter(n -> !n.equals(Setting.ANY)).toList())
            .map(near -> append(parent, near));
    here.ifPresent(unread::add);
    Optional<String> meant = here.map(FileReading::key).or(() -> elsewhere(name));
    String valueText =
        value.valueType() == ConfigValueType.OBJECT ? " { ... }" : " = " + shortText(value);
    mistakes.add(
        new Mistake(
            Origin.of(value.origin(), file),
            SAY.unknown(key(path)),
            meant.map(m -> SAY.meant(m, m + valueText)).orElseGet(SAY::nothingMeant)));
  }

  /// The setting of another block whose name is the same or nearly so.
  private Optional<String> elsewhere(String name) {
    Map<String, String> byLastName = new HashMap<>();
    for (Setting<?> setting : schema.settings()) {
      byLastName.putIfAbsent(setting.key().getLast(), setting.name());
    }
    return Nearest.to(name, byLastName.keySet()).map(byLastName::get);
  }

  /// Never more than a few words, and never a secret: only what kind of value it is where long.
  private static String shortText(ConfigValue value) {
    String text = value.render(com.typesafe.config.ConfigRenderOptions.concise());
    return text.length() > 60 ? "..." : text;
  }

  private void wrong(ConfigValue value, List<String> path, Text what, Text remedy) {
    unread.add(path);
    told.add(path);
    mistakes.add(new Mistake(Origin.of(value.origin(), file), SAY.fault(key(path), what), remedy));
  }

  /// Takes the variables that go before the file: `DKIM_SELECTOR` is for the selector of every
  /// domain, `DKIM_SELECTOR_EXAMPLE_ORG` for that of one.
  void applyEnvironment(Map<String, String> environment) {
    for (Setting<?> setting : schema.settings()) {
      setting.variable().ifPresent(plain -> applyVariables(setting, plain, environment));
    }
  }

  private void applyVariables(Setting<?> setting, String plain, Map<String, String> environment) {
    var chosen = setting.block().map(names::get).orElseGet(TreeSet::new);
    // The plain variable sorts first, so that the one for a name wins.
    for (String variable : environment.keySet().stream().sorted().toList()) {
      String value = environment.getOrDefault(variable, "");
      if (value.isEmpty() || !(variable.equals(plain) || variable.startsWith(plain + "_"))) {
        continue;
      }
      List<String> matching =
          chosen.stream()
              .filter(n -> variable.equals(plain) || variable.equals(variable(plain, n)))
              .toList();
      if (matching.isEmpty() && !variable.equals(plain)) {
        mistakes.add(
            new Mistake(
                new Origin.Environment(variable),
                SAY.strayVariable(variable),
                chosen.isEmpty()
                    ? SAY.unset()
                    : SAY.otherVariable(variable(plain, chosen.first()))));
      }
      applyVariable(setting, variable, value, matching);
    }
  }

  private static String variable(String plain, String name) {
    return plain + "_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private <T> void applyVariable(
      Setting<T> setting, String variable, String value, List<String> matching) {
    var origin = new Origin.Environment(variable);
    switch (setting.type().read(ConfigValueFactory.fromAnyRef(value))) {
      case SettingType.Reading.Good<T>(T good) -> {
        for (String name : matching) {
          noteOverridden(setting, variable, good, name);
          entries.put(setting.path(name), new Settings.Entry(good, origin));
        }
      }
      case SettingType.Reading.Wrong<T>(List<SettingType.Reading.Fault> faults) ->
          faults.forEach(
              fault ->
                  mistakes.add(
                      new Mistake(
                          origin,
                          SAY.fault(variable, fault.what()),
                          SAY.type(
                              variable
                                  + "="
                                  + (fault.instead().isEmpty()
                                      ? setting.example()
                                      : fault.instead())))));
    }
  }

  /// A line of the file that a variable overrides does not do what it says.
  private void noteOverridden(Setting<?> setting, String variable, Object value, String name) {
    Settings.Entry written = entries.get(setting.path(name));
    if (written != null
        && written.origin() instanceof Origin.InFile
        && !written.value().equals(value)) {
      String word = setting.key().getLast();
      notes.add(
          new Mistake(
              written.origin(),
              SAY.overridden(word, written.value().toString(), name, variable, value.toString()),
              SAY.overriding(variable, word)));
    }
  }

  /// Where the file does not say how the host is called, the machine's own name serves, if it is a
  /// full one.
  void askMachine(Supplier<Optional<String>> machine) {
    for (Setting<?> setting : schema.settings()) {
      boolean said = entries.containsKey(setting.key()) || told.contains(setting.key());
      if (setting.machine() && !said) {
        askMachine(setting, machine.get());
      }
    }
  }

  private <T> void askMachine(Setting<T> setting, Optional<String> machine) {
    Optional<SettingType.Reading<T>> read =
        machine.map(name -> setting.type().read(ConfigValueFactory.fromAnyRef(name)));
    if (read.isPresent() && read.get() instanceof SettingType.Reading.Good<T>(T name)) {
      entries.put(setting.key(), new Settings.Entry(name, new Origin.Machine()));
    } else {
      mistakes.add(
          new Mistake(
              new Origin.InFile(file, 0),
              machine
                  .map(name -> SAY.shortName(setting.name(), name))
                  .orElseGet(() -> SAY.nameless(setting.name())),
              SAY.typeName(setting.name() + " = " + setting.example())));
    }
  }

  private static String key(List<String> path) {
    return path.isEmpty() ? "" : ConfigUtil.joinPath(path);
  }

  private static List<String> append(List<String> path, String name) {
    var longer = new ArrayList<>(path);
    longer.add(name);
    return List.copyOf(longer);
  }
}
