package net.facteur.server.delivery;

import java.nio.charset.StandardCharsets;
import net.facteur.auth.syntax.Ascii;

/// The header field by which a sender sets the recipients' policies on TLS aside.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8689#section-3 RFC 8689, section 3: The TLS-Required
///   Header Field
final class TlsRequiredField {
  private static final String NAME = "tls-required:";

  private TlsRequiredField() {}

  /// True where the field is there and says `no`; any other value means nothing.
  ///
  /// @param header the header section with its line ends
  static boolean saysNo(byte[] header) {
    boolean lineStart = true;
    for (int i = 0; i < header.length; i++) {
      if (lineStart && startsWithName(header, i)) {
        return value(header, i + NAME.length()).equals("no");
      }
      lineStart = header[i] == '\n';
    }
    return false;
  }

  private static boolean startsWithName(byte[] header, int at) {
    if (header.length - at < NAME.length()) {
      return false;
    }
    for (int i = 0; i < NAME.length(); i++) {
      if (Ascii.lower(header[at + i] & 0xff) != NAME.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static String value(byte[] header, int from) {
    int end = from;
    while (end < header.length && header[end] != '\n' && end - from < 100) {
      end++;
    }
    String line = new String(header, from, end - from, StandardCharsets.ISO_8859_1);
    var out = new StringBuilder();
    line.chars().filter(c -> !Ascii.isWsp(c) && c != '\r').forEach(c -> out.append((char) c));
    return Ascii.lower(out.toString());
  }
}
