package net.facteur.server.config;

import com.typesafe.config.ConfigUtil;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The values that are in force, each with its origin. Immutable.
public final class Settings {
  /// What is in force where nothing is written: every value is its default.
  public static final Settings DEFAULTS =
      new Settings(
          new Schema(List.of(), List.of()),
          Path.of("mail.conf"),
          Map.of(),
          Map.of(),
          List.of(),
          Set.of(),
          List.of());

  private final Schema schema;
  private final Path file;
  private final Map<List<String>, Entry> entries;
  private final Map<List<String>, Collection<String>> names;
  private final List<Mistake> notes;
  private final List<Path> files;

  /// Keys, and blocks of keys, for which the file has no right value; none where it is right.
  private final Set<List<String>> unread;

  /// A value that is not the default.
  record Entry(Object value, Origin origin) {}

  Settings(
      Schema schema,
      Path file,
      Map<List<String>, Entry> entries,
      Map<List<String>, ? extends Set<String>> names,
      List<Mistake> notes,
      Set<List<String>> unread,
      List<Path> files) {
    this.schema = schema;
    this.unread = Set.copyOf(unread);
    this.notes = List.copyOf(notes);
    this.files = List.copyOf(files);
    this.file = file;
    this.entries = Map.copyOf(entries);
    this.names = Map.copyOf(names);
  }

  /// The file they were read from.
  public Path file() {
    return file;
  }

  /// All files that were read, those of `include` lines with them.
  public List<Path> files() {
    return files;
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

  /// What says something else here than in `other`, by key.
  public List<String> differing(Settings other) {
    var all = new LinkedHashSet<Key>(keys());
    all.addAll(other.keys());
    return all.stream()
        .filter(
            key -> !find(key.setting(), key.names()).equals(other.find(key.setting(), key.names())))
        .map(Key::text)
        .toList();
  }

  /// The value of a setting that has a default.
  ///
  /// @param chosen what stands for each `*` of the key, in order
  /// @throws UnreadSettingException where the file has a value and it is wrong, which only what
  ///   [SettingsLoader#rest] leaves over can have
  public <T> T get(Setting<T> setting, String... chosen) {
    return find(setting, chosen)
        .orElseThrow(() -> new IllegalStateException("no value for " + setting.name()));
  }

  /// The value of a setting, or its default; empty where there is neither.
  @SuppressWarnings("unchecked") // an entry is made by the type of its own setting
  public <T> Optional<T> find(Setting<T> setting, String... chosen) {
    List<String> path = setting.path(chosen);
    refuseUnread(path);
    Entry entry = entries.get(path);
    return entry == null ? setting.defaultValue() : Optional.of((T) entry.value());
  }

  private void refuseUnread(List<String> path) {
    for (int i = 1; i <= path.size(); i++) {
      if (unread.contains(path.subList(0, i))) {
        throw new UnreadSettingException(file, ConfigUtil.joinPath(path));
      }
    }
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
    List<String> path = List.of(block.split("\\.", -1));
    refuseUnread(path);
    return names.getOrDefault(path, List.of());
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
