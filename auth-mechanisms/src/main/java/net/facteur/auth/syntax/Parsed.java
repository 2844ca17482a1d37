package net.facteur.auth.syntax;

import java.util.Optional;
import java.util.function.Function;

/// What a parser found: the value, or the place where the input stopped making sense.
///
/// Malformed input is a value, since a peer may send anything; it is never an exception.
///
/// @param <T> what the grammar describes
public sealed interface Parsed<T> {

  /// The input follows the grammar.
  ///
  /// @param value what it says
  record Ok<T>(T value) implements Parsed<T> {}

  /// The input does not follow the grammar.
  ///
  /// @param offset index of the first character that cannot be right, from 0 to the input's length
  /// @param expected what the grammar wants there, in the RFC's words
  record Malformed<T>(int offset, String expected) implements Parsed<T> {
    /// The same failure for another type of value.
    public <U> Malformed<U> as() {
      return new Malformed<>(offset, expected);
    }
  }

  /// @return a result with `value`
  static <T> Parsed<T> ok(T value) {
    return new Ok<>(value);
  }

  /// @return a failure at `offset` where `expected` should stand
  static <T> Parsed<T> malformed(int offset, String expected) {
    return new Malformed<>(offset, expected);
  }

  /// @return the value, or empty where the input was malformed
  default Optional<T> toOptional() {
    return switch (this) {
      case Ok<T>(T value) -> Optional.of(value);
      case Malformed<T> _ -> Optional.empty();
    };
  }

  /// @return the result of `f` on the value, or the same failure
  default <U> Parsed<U> map(Function<? super T, ? extends U> f) {
    return switch (this) {
      case Ok<T>(T value) -> new Ok<>(f.apply(value));
      case Malformed<T> m -> m.as();
    };
  }
}
