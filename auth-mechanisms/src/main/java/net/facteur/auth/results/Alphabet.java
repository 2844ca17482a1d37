package net.facteur.auth.results;

/// Which characters a written field may hold.
public enum Alphabet {
  /// ASCII only; any other character is written as `?`.
  ASCII,
  /// UTF-8 where the grammar has room for it, for messages that are internationalized themselves.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6532#section-3 RFC 6532, section 3: Changes to Message
  ///   Header Fields
  UTF_8
}
