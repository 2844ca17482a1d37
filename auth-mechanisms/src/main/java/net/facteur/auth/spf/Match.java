package net.facteur.auth.spf;

/// What became of one mechanism.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-4.6.2 RFC 7208, section 4.6.2: Mechanisms
sealed interface Match {
  /// @param detail for the trace, printable ASCII, possibly empty
  record Yes(String detail) implements Match {}

  /// @param detail for the trace, printable ASCII, possibly empty
  record No(String detail) implements Match {}

  /// An exception that ends the whole check.
  ///
  /// @param result [SpfResult#TEMPERROR] or [SpfResult#PERMERROR]
  record Failure(SpfResult result, String problem) implements Match {}

  static Match of(boolean matches, String detail) {
    return matches ? new Yes(detail) : new No(detail);
  }

  /// The finding in the trace's words.
  default String words() {
    return switch (this) {
      case Yes(String detail) -> "match" + in(detail);
      case No(String detail) -> "not match" + in(detail);
      case Failure(SpfResult result, String problem) -> result.word() + in(problem);
    };
  }

  private static String in(String detail) {
    return detail.isEmpty() ? "" : " (" + detail + ")";
  }
}
