package net.facteur.server.config;

import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import net.facteur.server.language.Text;

/// How the value of a setting is written, checked and printed.
///
/// @param <T> the Java type of the value
public interface SettingType<T> {
  /// What a person calls it: `duration`, `list of domains`.
  Text name();

  /// What is allowed, in words: `1s to 1d`, `text or json`.
  Text bounds();

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
    /// @param faults at least one
    record Wrong<T>(List<Fault> faults) implements Reading<T> {
      public Wrong {
        faults = List.copyOf(faults);
      }

      /// The same of another type.
      public <U> Wrong<U> as() {
        return new Wrong<>(faults);
      }
    }

    /// What is wrong with a value, or with a part of it.
    ///
    /// @param what as the end of a sentence that begins with the key
    /// @param instead a value that would be right, as it is written in the file; empty where none
    ///   suggests itself
    /// @param part the part; empty where it is the value as a whole
    record Fault(Text what, String instead, Optional<ConfigValue> part) {
      /// The same of the value that this one is a part of.
      ///
      /// @param whole what is wrong with the value, by what is wrong with the part
      /// @param around what a right part becomes in a right whole
      Fault within(UnaryOperator<Text> whole, UnaryOperator<String> around, ConfigValue here) {
        return new Fault(
            whole.apply(what),
            instead.isEmpty() ? "" : around.apply(instead),
            part.or(() -> Optional.of(here)));
      }
    }

    static <T> Reading<T> good(T value) {
      return new Good<>(value);
    }

    /// @param what as the end of a sentence that begins with the key
    static <T> Reading<T> wrong(Text what) {
      return wrong(what, "");
    }

    /// @param what as the end of a sentence that begins with the key
    /// @param instead a value that would be right, as it is written in the file
    static <T> Reading<T> wrong(Text what, String instead) {
      return new Wrong<>(List.of(new Fault(what, instead, Optional.empty())));
    }
  }
}
