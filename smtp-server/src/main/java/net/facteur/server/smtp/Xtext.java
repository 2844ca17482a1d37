package net.facteur.server.smtp;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Optional;
import net.facteur.auth.syntax.Utf8;

/// The encodings of DSN parameters.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3461#section-4 RFC 3461, section 4: Additional
///   parameters for RCPT and MAIL commands
/// @spec https://www.rfc-editor.org/rfc/rfc6533#section-3 RFC 6533, section 3: UTF-8 Address Type
final class Xtext {
  private Xtext() {}

  /// Decodes xtext.
  ///
  /// @return empty where it is malformed, or is not UTF-8 once decoded
  static Optional<String> decode(String xtext) {
    var out = new ByteArrayOutputStream(xtext.length());
    for (int i = 0; i < xtext.length(); i++) {
      char c = xtext.charAt(i);
      if (c < '!' || c > '~' || c == '=') {
        return Optional.empty();
      }
      if (c != '+') {
        out.write(c);
        continue;
      }
      // RFC 3461, 4: hexchar is "+" and two upper-case hexadecimal digits.
      if (i + 2 >= xtext.length() || !isHex(xtext.charAt(i + 1)) || !isHex(xtext.charAt(i + 2))) {
        return Optional.empty();
      }
      out.write(HexFormat.fromHexDigits(xtext, i + 1, i + 3));
      i += 2;
    }
    return Utf8.decode(out.toByteArray());
  }

  /// True for the address of ORCPT type `utf-8`: utf-8-addr-xtext, or, where `unitext`, also with
  /// characters past ASCII as they are.
  static boolean isUtf8Address(String text, boolean unitext) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        int end = text.indexOf('}', i);
        if (!text.startsWith("\\x{", i) || !isEmbedded(text, i + 3, end)) {
          return false;
        }
        i = end;
      } else if (c >= 0x80 ? !unitext : c < '!' || c > '~' || c == '+' || c == '=') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isEmbedded(String text, int from, int end) {
    if (end - from < 2 || end - from > 6) {
      return false;
    }
    for (int i = from; i < end; i++) {
      if (!isHex(text.charAt(i))) {
        return false;
      }
    }
    int point = HexFormat.fromHexDigits(text, from, end);
    return Character.isValidCodePoint(point) && (point < 0xd800 || point > 0xdfff);
  }

  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
  }
}
