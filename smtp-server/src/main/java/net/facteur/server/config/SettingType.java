package net.facteur.server.config;

import com.typesafe.config.ConfigValue;

/// How the value of a setting is written, checked and printed.
///
/// @param <T> the Java type of the value
public interface SettingType<T> {
  /// What a person calls it: `duration`, `list of domains`.
  String name();

  /// What is allowed, in words: `1s to 1d`, `text or json`.
  String bounds();

  /// Reads a value as it stands in the file. Never throws for what a person may have typed.
  Reading<T> read(ConfigValue value);

  /// The value as it is written in the file; reading it gives the same value again.
  String print(T value);

  /// What reading gave.
  sealed interface Reading<T> {
    /// A good value.
    record Good<T>(T value) implements Reading<T> {}

    /// Not a value of this type.
    ///
    /// @param what what is wrong, as the end of a sentence that begins with the key
    /// @param instead a value that would be right, as it is written in the file
    record Wrong<T>(String what, String instead) implements Reading<T> {
      /// The same of another type.
      public <U> Wrong<U> as() {
        return new Wrong<>(what, instead);
      }
    }

    static <T> Reading<T> good(T value) {
      return new Good<>(value);
    }

    static <T> Reading<T> wrong(String what, String instead) {
      return new Wrong<>(what, instead);
    }
  }
}
