package net.facteur.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One row of the reference: a setting, with all that there is to know of it.
///
/// @param key the path of names; `*` stands for a name that the administrator chooses, such as a
///   domain
/// @param type how its value is written, with the bounds
/// @param defaultValue the value where the file says nothing; empty where there is none
/// @param defaultText the default in words, where it is not a fixed value
/// @param doc what it does, for a volunteer: full sentences
/// @param example a value as it is written in the file
/// @param since the version that brought it
/// @param traits how it is treated
/// @param <T> the type of its value
public record Setting<T>(
    List<String> key,
    SettingType<T> type,
    Optional<T> defaultValue,
    String defaultText,
    String doc,
    String example,
    String since,
    Traits traits) {
  /// Stands for a name that the administrator chooses.
  public static final String ANY = "*";

  private static final String FIRST_VERSION = "0.1";

  /// How a setting is treated.
  ///
  /// @param secret never shown
  /// @param restart a running server takes up a change only when it starts anew
  /// @param machine the machine's own name stands in where the file is silent; one of the two must
  ///   give a value
  /// @param variable an environment variable that goes before the file: alone for every name that
  ///   stands for `*`, with `_` and a name for that one
  /// @param chosen an example of a name that stands for `*`
  public record Traits(
      boolean secret, boolean restart, boolean machine, Optional<String> variable, String chosen) {
    /// Shown, taken up by a reload, and read from the file alone.
    public static final Traits USUAL =
        new Traits(false, false, false, Optional.empty(), "example.org");
  }

  public Setting {
    key = List.copyOf(key);
  }

  /// A setting with a fixed default.
  public static <T> Setting<T> of(String key, SettingType<T> type, T value, String doc) {
    String text = type.print(value);
    return row(key, type, Optional.of(value), text, doc, text);
  }

  /// A setting that may be absent.
  ///
  /// @param without what happens without it: `none`, `the name of the machine`
  public static <T> Setting<T> optional(
      String key, SettingType<T> type, String without, String example, String doc) {
    return row(key, type, Optional.empty(), without, doc, example);
  }

  private static <T> Setting<T> row(
      String key,
      SettingType<T> type,
      Optional<T> value,
      String defaultText,
      String doc,
      String example) {
    return new Setting<>(
        List.of(key.split("\\.", -1)),
        type,
        value,
        defaultText,
        doc,
        example,
        FIRST_VERSION,
        Traits.USUAL);
  }

  /// The same with another example than the default.
  public Setting<T> example(String text) {
    return new Setting<>(key, type, defaultValue, defaultText, doc, text, since, traits);
  }

  /// The same, its value never shown.
  public Setting<T> asSecret() {
    return with(new Traits(true, restart(), machine(), variable(), chosen()));
  }

  /// The same, taken up only at a start.
  public Setting<T> atStart() {
    return with(new Traits(secret(), true, machine(), variable(), chosen()));
  }

  /// The same, the machine's own name standing in.
  public Setting<T> orMachine() {
    return with(new Traits(secret(), restart(), true, variable(), chosen()));
  }

  /// The same, with an environment variable that goes before the file.
  public Setting<T> orVariable(String name) {
    return with(new Traits(secret(), restart(), machine(), Optional.of(name), chosen()));
  }

  /// The same with an example of a name for the `*`.
  public Setting<T> named(String name) {
    return with(new Traits(secret(), restart(), machine(), variable(), name));
  }

  private Setting<T> with(Traits other) {
    return new Setting<>(key, type, defaultValue, defaultText, doc, example, since, other);
  }

  /// Never shown.
  public boolean secret() {
    return traits.secret();
  }

  /// A running server takes up a change only when it starts anew.
  public boolean restart() {
    return traits.restart();
  }

  boolean machine() {
    return traits.machine();
  }

  Optional<String> variable() {
    return traits.variable();
  }

  String chosen() {
    return traits.chosen();
  }

  /// What people read of it.
  public String text() {
    return restart() ? doc + " A change is taken up when the server starts anew." : doc;
  }

  /// The key as one writes it, with `*` for a chosen name.
  public String name() {
    return String.join(".", key);
  }

  /// The keys above the `*`, such as `domains`; empty where there is none.
  public Optional<List<String>> block() {
    int star = key.indexOf(ANY);
    return star < 0 ? Optional.empty() : Optional.of(key.subList(0, star));
  }

  /// The key with names in the place of each `*`, as far as there are names.
  List<String> path(String... chosen) {
    var path = new ArrayList<String>();
    int next = 0;
    for (String name : key) {
      path.add(name.equals(ANY) && next < chosen.length ? chosen[next++] : name);
    }
    return path;
  }
}
