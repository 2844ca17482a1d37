package net.facteur.server.dsn;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// The encoding of ENVID and ORCPT in the envelope.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3461#section-4 RFC 3461, section 4: xtext
final class Xtext {
  private Xtext() {}

  /// Decodes `+XX`; a `+` that starts no such pair stays. The result may hold anything, so it must
  /// be cleaned.
  static String decode(String xtext) {
    var out = new ByteArrayOutputStream(xtext.length());
    byte[] in = xtext.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < in.length; i++) {
      int high = in[i] == '+' && i + 2 < in.length ? hex(in[i + 1]) : -1;
      int low = high < 0 ? -1 : hex(in[i + 2]);
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
  static String decodeUtf8(String text) {
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
      int digit = hex((byte) Math.min(text.charAt(i), 0x7f));
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return Character.isValidCodePoint(value) ? value : -1;
  }

  private static int hex(byte c) {
    return c >= '0' && c <= '9'
        ? c - '0'
        : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }
}
