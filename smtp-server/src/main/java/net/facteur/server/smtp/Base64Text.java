package net.facteur.server.smtp;

import java.util.Base64;
import java.util.Optional;

/// Base64 as SASL wants it: the standard alphabet, padded, nothing else.
///
/// @spec https://www.rfc-editor.org/rfc/rfc4648#section-4 RFC 4648, section 4: Base 64 Encoding
final class Base64Text {
  private Base64Text() {}

  static Optional<byte[]> decode(String text) {
    if (text.length() % 4 != 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
