package net.facteur.auth.dkim;

import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.syntax.Ascii;

/// Finds the constant that a word on the wire stands for.
final class Words {
  private Words() {}

  /// ABNF literals are compared in any case (RFC 5234, section 2.3).
  static <T> Optional<T> find(T[] values, Function<T, String> wordOf, String word) {
    for (T value : values) {
      if (Ascii.equalsIgnoreCase(wordOf.apply(value), word)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
