package net.facteur.auth.dmarc;

/// How close an authenticated domain must be to the author domain.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-3.2.10 RFC 9989, section 3.2.10: Identifier
///   Alignment
public enum AlignmentMode {
  /// The same organizational domain.
  RELAXED("r"),
  /// The same domain.
  STRICT("s");

  private final String word;

  AlignmentMode(String word) {
    this.word = word;
  }

  /// The value of `adkim` and `aspf`.
  public String word() {
    return word;
  }
}
