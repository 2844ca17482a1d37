package net.facteur.auth.dkim;

import java.util.Optional;

/// The kinds of key a record may publish in `k=`.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1 RFC 6376, section 3.6.1: Textual
///   Representation
/// @spec https://www.rfc-editor.org/rfc/rfc8463#section-4.2 RFC 8463, section 4.2: Key records
public enum KeyType {
  RSA("rsa"),
  ED25519("ed25519");

  private final String word;

  KeyType(String word) {
    this.word = word;
  }

  /// The word as it stands in `k=`.
  public String word() {
    return word;
  }

  /// The type of this word, in any ASCII case.
  public static Optional<KeyType> of(String word) {
    return Words.find(values(), KeyType::word, word);
  }
}
