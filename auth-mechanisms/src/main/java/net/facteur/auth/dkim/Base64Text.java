package net.facteur.auth.dkim;

import java.util.Base64;
import java.util.Optional;

/// Base64 as tags hold it, once white space is out.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-2.10 RFC 6376, section 2.10: Common ABNF
///   Tokens
final class Base64Text {
  private Base64Text() {}

  /// @return the octets; empty where `text` is not `base64string`, whose padding may be missing
  static Optional<byte[]> decode(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static String encode(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
