package net.facteur.auth.dkim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Utf8;

/// The two quoted-printable dialects of DKIM. Encoded text is one `char` per octet; decoded text is
/// what the octets say in UTF-8.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-2.11 RFC 6376, section 2.11:
///   DKIM-Quoted-Printable
final class QuotedPrintable {
  private static final String HEX = "0123456789ABCDEF";

  private QuotedPrintable() {}

  /// Reads dkim-quoted-printable. Folding white space does not count. Hexadecimal digits may be
  /// small, which other readers grant as well.
  ///
  /// @return empty where a `=` has no digits, or the octets are not UTF-8
  static Optional<String> decode(String text) {
    return decode(text, false);
  }

  /// Reads a `qp-section`, in which spaces count.
  static Optional<String> decodeSection(String text) {
    return decode(text, true);
  }

  private static Optional<String> decode(String text, boolean keepSpaces) {
    var out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '=') {
        int high = i + 1 < text.length() ? Ascii.hexValue(text.charAt(i + 1)) : -1;
        int low = i + 2 < text.length() ? Ascii.hexValue(text.charAt(i + 2)) : -1;
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        out.write(high << 4 | low);
        i += 2;
      } else if (c != '\r' && c != '\n' && (keepSpaces || !Ascii.isWsp(c))) {
        out.write(c);
      }
    }
    return Utf8.decode(out.toByteArray());
  }

  /// Writes dkim-quoted-printable; `|` is written as hexadecimal too, so that the text may stand in
  /// `z=`.
  static String encode(String text) {
    return encode(text, false);
  }

  /// Writes a `qp-section` that may stand in a tag.
  static String encodeSection(String text) {
    return encode(text, true);
  }

  private static String encode(String text, boolean keepSpaces) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    var out = new StringBuilder(octets.length);
    for (int i = 0; i < octets.length; i++) {
      int b = octets[i] & 0xff;
      boolean innerSpace = b == ' ' && keepSpaces && i > 0 && i < octets.length - 1;
      if ((Ascii.isVisible(b) && b != ';' && b != '=' && b != '|') || innerSpace) {
        out.append((char) b);
      } else {
        out.append('=').append(HEX.charAt(b >> 4)).append(HEX.charAt(b & 15));
      }
    }
    return out.toString();
  }
}
