package net.facteur.server.report.received;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import net.facteur.auth.syntax.Ascii;

/// Undoes a Content-Transfer-Encoding, as far as it can be undone.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2045#section-6.1 RFC 2045, section 6.1:
///   Content-Transfer-Encoding Syntax
final class TransferEncoding {
  private TransferEncoding() {}

  /// @param encoding in lower case; one that nobody knows changes nothing
  static byte[] decode(byte[] octets, String encoding) {
    return switch (encoding) {
      case "base64" -> base64(octets);
      case "quoted-printable" -> quotedPrintable(octets);
      default -> octets;
    };
  }

  /// RFC 2045, section 6.8: characters of no meaning are passed over. Padding may stand between,
  /// where programs glued pieces together.
  private static byte[] base64(byte[] octets) {
    byte[] kept = new byte[octets.length];
    int length = 0;
    for (byte octet : octets) {
      if (Ascii.isAlnum(octet) || octet == '+' || octet == '/') {
        kept[length++] = octet;
      }
    }
    // One character alone makes no octet.
    int whole = length % 4 == 1 ? length - 1 : length;
    return Base64.getDecoder().decode(Arrays.copyOf(kept, whole));
  }

  /// RFC 2045, section 6.7. An equals sign with anything but two hexadecimal digits or a line end
  /// behind it stays.
  private static byte[] quotedPrintable(byte[] octets) {
    var out = new ByteArrayOutputStream(octets.length);
    for (int i = 0; i < octets.length; i++) {
      int high = i + 2 < octets.length ? Ascii.hexValue((char) (octets[i + 1] & 0xff)) : -1;
      int low = i + 2 < octets.length ? Ascii.hexValue((char) (octets[i + 2] & 0xff)) : -1;
      if (octets[i] != '=') {
        out.write(octets[i]);
      } else if (high >= 0 && low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else if (i + 2 < octets.length && octets[i + 1] == '\r' && octets[i + 2] == '\n') {
        i += 2;
      } else {
        out.write('=');
      }
    }
    return out.toByteArray();
  }
}
