package net.facteur.server.smtp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Utf8;

/// The encodings of DSN parameters.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3461#section-4 RFC 3461, section 4: Additional
///   parameters for RCPT and MAIL commands
/// @spec https://www.rfc-editor.org/rfc/rfc6533#section-3 RFC 6533, section 3: UTF-8 Address Type
public final class Xtext {
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

  /// Decodes `+XX`; a `+` that starts no such pair stays. The result may hold anything, so it must
  /// be cleaned.
  public static String decodeAsFarAsPossible(String xtext) {
    var out = new ByteArrayOutputStream(xtext.length());
    byte[] in = xtext.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < in.length; i++) {
      int high = in[i] == '+' && i + 2 < in.length ? Ascii.hexValue(in[i + 1]) : -1;
      int low = high < 0 ? -1 : Ascii.hexValue(in[i + 2]);
      if (low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(in[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /// Decodes `\x{...}` of a utf-8 address (RFC 6533, section 3).
  public static String decodeUtf8AsFarAsPossible(String text) {
    var out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      int end = text.startsWith("\\x{", i) ? text.indexOf('}', i) : -1;
      int point = end < 0 ? -1 : point(text, i + 3, end);
      if (point >= 0) {
        out.appendCodePoint(point);
        i = end;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  private static int point(String text, int from, int to) {
    if (to - from < 1 || to - from > 6) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = Ascii.hexValue(text.charAt(i));
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return Character.isValidCodePoint(value) ? value : -1;
  }
}
