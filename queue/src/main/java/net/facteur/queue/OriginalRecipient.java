package net.facteur.queue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The address that the sender used, in the form of ORCPT: a type, `;`, and an encoded address.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3461#section-4.2 RFC 3461, section 4.2: ORCPT
/// @spec https://www.rfc-editor.org/rfc/rfc6533#section-3 RFC 6533, section 3: utf-8 address type
public final class OriginalRecipient {
  private static final String RFC822 = "rfc822;";
  private static final int MAX_DIGITS = 6;
  private static final String UTF8 = "utf-8;";

  private OriginalRecipient() {}

  /// The value for an address.
  public static String of(MailAddress address) {
    return address.needsSmtpUtf8() ? utf8(address.text()) : rfc822(address.text());
  }

  /// An address in ASCII.
  public static String rfc822(String address) {
    var out = new StringBuilder(RFC822);
    for (byte b : address.getBytes(StandardCharsets.ISO_8859_1)) {
      if (b > 0x20 && b < 0x7f && b != '+' && b != '=') {
        out.append((char) b);
      } else {
        out.append('+').append(hex(b >> 4)).append(hex(b));
      }
    }
    return out.toString();
  }

  /// An address beyond ASCII.
  public static String utf8(String address) {
    var out = new StringBuilder(UTF8);
    address
        .codePoints()
        .forEach(
            c -> {
              if (c > 0x20 && c < 0x7f && c != '+' && c != '=' && c != '\\') {
                out.append((char) c);
              } else {
                String digits = Integer.toHexString(c);
                out.append("\\x{");
                digits.chars().forEach(d -> out.append((char) (d >= 'a' ? d - 32 : d)));
                out.append('}');
              }
            });
    return out.toString();
  }

  /// The address in a value; empty for other types than mail. It may hold anything.
  public static Optional<String> address(String value) {
    int semicolon = value.indexOf(';');
    if (semicolon < 0) {
      return Optional.empty();
    }
    String encoded = value.substring(semicolon + 1);
    String type = QueueFilter.lower(value.substring(0, semicolon + 1));
    return type.equals(RFC822)
        ? Optional.of(decodeXtext(encoded))
        : type.equals(UTF8) ? Optional.of(decodeUtf8(decodeXtext(encoded))) : Optional.empty();
  }

  /// Decodes `+XX`, also of an envelope id; a `+` that starts no such pair stays. The result may
  /// hold anything.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc3461#section-4 RFC 3461, section 4: xtext
  public static String decodeXtext(String text) {
    var out = new ByteArrayOutputStream(text.length());
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < in.length; i++) {
      int high = in[i] == '+' && i + 2 < in.length ? digit(in[i + 1]) : -1;
      int low = high < 0 ? -1 : digit(in[i + 2]);
      if (low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(in[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /// Decodes `\x{...}`; what is no such code point stays.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6533#section-3 RFC 6533, section 3: UTF-8 Address Type
  public static String decodeUtf8(String text) {
    var out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      int end = text.startsWith("\\x{", i) ? text.indexOf('}', i) : -1;
      int point = end < 0 ? -1 : point(text.substring(i + 3, end));
      if (point >= 0) {
        out.appendCodePoint(point);
        i = end;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  private static int point(String digits) {
    if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
      return -1;
    }
    int value = 0;
    for (byte each : digits.getBytes(StandardCharsets.ISO_8859_1)) {
      int digit = digit(each);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return Character.isValidCodePoint(value) ? value : -1;
  }

  private static int digit(byte c) {
    return c >= '0' && c <= '9'
        ? c - '0'
        : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  private static char hex(int nibble) {
    return "0123456789ABCDEF".charAt(nibble & 15);
  }
}
