package net.facteur.server.config;

import com.typesafe.config.ConfigUtil;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The values that are in force, each with its origin. Immutable.
public final class Settings {
  /// What is in force where nothing is written: every value is its default.
  public static final Settings DEFAULTS =
      new Settings(
          new Schema(List.of(), List.of()), Path.of("mail.conf"), Map.of(), Map.of(), List.of());

  private final Schema schema;
  private final Path file;
  private final Map<List<String>, Entry> entries;
  private final Map<List<String>, Collection<String>> names;
  private final List<Mistake> notes;

  /// A value that is not the default.
  record Entry(Object value, Origin origin) {}

  Settings(
      Schema schema,
      Path file,
      Map<List<String>, Entry> entries,
      Map<List<String>, ? extends Set<String>> names,
      List<Mistake> notes) {
    this.schema = schema;
    this.notes = List.copyOf(notes);
    this.file = file;
    this.entries = Map.copyOf(entries);
    this.names = Map.copyOf(names);
  }

  /// The file they were read from.
  public Path file() {
    return file;
  }

  /// What is legal in the file and hardly meant, such as a line that another one overrides.
  public List<Mistake> notes() {
    return notes;
  }

  /// What a running server cannot take up before it starts anew, by key.
  ///
  /// @param running what it started with
  public List<String> restartNeeded(Settings running) {
    return keys().stream()
        .filter(key -> key.setting().restart())
        .filter(
            key ->
                !running
                    .shown(key.setting(), key.names())
                    .equals(shown(key.setting(), key.names())))
        .map(Key::text)
        .toList();
  }

  /// The value of a setting that has a default.
  ///
  /// @param chosen what stands for each `*` of the key, in order
  public <T> T get(Setting<T> setting, String... chosen) {
    return find(setting, chosen)
        .orElseThrow(() -> new IllegalStateException("no value for " + setting.name()));
  }

  /// The value of a setting, or its default; empty where there is neither.
  @SuppressWarnings("unchecked") // an entry is made by the type of its own setting
  public <T> Optional<T> find(Setting<T> setting, String... chosen) {
    Entry entry = entries.get(setting.path(chosen));
    return entry == null ? setting.defaultValue() : Optional.of((T) entry.value());
  }

  /// Where the value comes from.
  public Origin origin(Setting<?> setting, String... chosen) {
    Entry entry = entries.get(setting.path(chosen));
    return entry == null ? new Origin.BuiltIn() : entry.origin();
  }

  /// The value as one would write it; secrets are masked.
  public <T> Optional<String> shown(Setting<T> setting, String... chosen) {
    return find(setting, chosen)
        .map(value -> setting.secret() ? "(secret, not shown)" : setting.type().print(value));
  }

  /// The names that the administrator chose in a block, such as the domains, sorted.
  public Collection<String> names(String block) {
    return names.getOrDefault(List.of(block.split("\\.", -1)), List.of());
  }

  /// A path of the settings, made absolute: it starts at the directory above `conf/` where the file
  /// lies in a directory of that name, and at the directory of the file otherwise.
  public Path resolve(Path path) {
    return home(file).resolve(path).normalize();
  }

  /// Every setting with the names chosen in this file filled in, as keys to ask for.
  public List<Key> keys() {
    var keys = new ArrayList<Key>();
    for (Setting<?> setting : schema.settings()) {
      Optional<List<String>> block = setting.block();
      if (block.isEmpty()) {
        keys.add(new Key(setting, List.of()));
      } else {
        for (String name : names(String.join(".", block.get()))) {
          keys.add(new Key(setting, List.of(name)));
        }
      }
    }
    return keys;
  }

  /// A setting with the names chosen for its `*`.
  public record Key(Setting<?> setting, List<String> chosen) {
    public Key {
      chosen = List.copyOf(chosen);
    }

    /// As one writes it in the file.
    public String text() {
      return ConfigUtil.joinPath(setting.path(chosen.toArray(String[]::new)));
    }

    /// The names for the methods of [Settings].
    public String[] names() {
      return chosen.toArray(String[]::new);
    }
  }

  /// The directory that relative paths start at.
  static Path home(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path directory = Optional.ofNullable(absolute.getParent()).orElse(absolute);
    Path name = directory.getFileName();
    Path above = directory.getParent();
    return name != null && above != null && name.toString().equals("conf") ? above : directory;
  }
}
