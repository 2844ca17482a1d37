package net.facteur.auth.syntax;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Octets read as UTF-8, where nothing that is not UTF-8 passes for it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3629#section-3 RFC 3629, section 3: UTF-8 definition
public final class Utf8 {
  private Utf8() {}

  /// The text that the octets are; empty where they are not UTF-8.
  public static Optional<String> decode(byte[] octets) {
    for (byte b : octets) {
      if (b < 0) {
        return strict(octets);
      }
    }
    return Optional.of(new String(octets, StandardCharsets.ISO_8859_1));
  }

  /// The same for octets that are given as one `char` each.
  public static Optional<String> ofOctets(String octets) {
    return Ascii.isAscii(octets)
        ? Optional.of(octets)
        : strict(octets.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Optional<String> strict(byte[] octets) {
    try {
      // Unlike `new String`, this one reports what it cannot read.
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }
}
