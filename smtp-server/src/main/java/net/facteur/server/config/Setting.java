package net.facteur.server.config;

import java.util.List;
import java.util.Optional;

/// One row of the settings table.
///
/// @param key the path of names; `*` stands for a name that the administrator chooses, such as a
///   domain
/// @param type how its value is written, with the bounds
/// @param defaultValue the value where the file says nothing; empty where there is none
/// @param defaultText the default in words, where it is not a fixed value
/// @param doc what it does, for a volunteer: full sentences
/// @param example a value as it is written in the file
/// @param since the version that brought it
/// @param secret never shown
/// @param restart a running server takes up a change only when it starts anew
/// @param <T> the type of its value
public record Setting<T>(
    List<String> key,
    SettingType<T> type,
    Optional<T> defaultValue,
    String defaultText,
    String doc,
    String example,
    String since,
    boolean secret,
    boolean restart) {
  /// Stands for a name that the administrator chooses.
  public static final String ANY = "*";

  private static final String FIRST_VERSION = "0.1";

  public Setting {
    key = List.copyOf(key);
  }

  /// A setting with a fixed default.
  static <T> Setting<T> of(String key, SettingType<T> type, T value, String doc) {
    return new Setting<>(
        path(key),
        type,
        Optional.of(value),
        type.print(value),
        doc,
        type.print(value),
        FIRST_VERSION,
        false,
        false);
  }

  /// A setting that may be absent.
  ///
  /// @param without what happens without it: `none`, `the name of the machine`
  static <T> Setting<T> optional(
      String key, SettingType<T> type, String without, String example, String doc) {
    return new Setting<>(
        path(key), type, Optional.empty(), without, doc, example, FIRST_VERSION, false, false);
  }

  /// The same with another example than the default.
  Setting<T> example(String text) {
    return new Setting<>(key, type, defaultValue, defaultText, doc, text, since, secret, restart);
  }

  /// The same, its value never shown.
  Setting<T> asSecret() {
    return new Setting<>(key, type, defaultValue, defaultText, doc, example, since, true, restart);
  }

  /// The same, taken up only at a start.
  Setting<T> atStart() {
    return new Setting<>(key, type, defaultValue, defaultText, doc, example, since, secret, true);
  }

  /// What people read of it.
  public String text() {
    return restart ? doc + " A change is taken up when the server starts anew." : doc;
  }

  /// The key as one writes it, with `*` for a chosen name.
  public String name() {
    return String.join(".", key);
  }

  private static List<String> path(String key) {
    return List.of(key.split("\\.", -1));
  }
}
