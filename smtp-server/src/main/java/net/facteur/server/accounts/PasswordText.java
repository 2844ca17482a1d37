package net.facteur.server.accounts;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Optional;
import net.facteur.auth.syntax.Utf8;

/// The one form of a password that machines write in several: some send `é` as one character,
/// others as a letter and an accent.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8265#section-4.2 RFC 8265, section 4.2: OpaqueString
///   Profile
final class PasswordText {
  private PasswordText() {}

  static String prepared(String password) {
    var spaces = new StringBuilder(password.length());
    password
        .codePoints()
        .forEach(
            c ->
                spaces.appendCodePoint(
                    Character.getType(c) == Character.SPACE_SEPARATOR ? ' ' : c));
    return Normalizer.normalize(spaces, Normalizer.Form.NFC);
  }

  /// The same for octets; those that are no UTF-8 stay as they are.
  static byte[] prepared(byte[] password) {
    Optional<String> text = Utf8.decode(password);
    return text.isEmpty() ? password : prepared(text.get()).getBytes(StandardCharsets.UTF_8);
  }

  /// Octets of a prepared password with each accent as a character of its own; empty if that is the
  /// same.
  static Optional<byte[]> decomposed(byte[] prepared) {
    return Utf8.decode(prepared)
        .map(text -> Normalizer.normalize(text, Normalizer.Form.NFD))
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .filter(octets -> !Arrays.equals(octets, prepared));
  }
}
