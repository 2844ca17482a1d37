package net.facteur.server.net;

import java.util.Arrays;
import java.util.Optional;

/// Textual IP addresses, in the strict forms that mail uses: no octal, no short IPv4 forms, no zone
/// index.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.1.3 RFC 5321, section 4.1.3: Address
///   Literals
public final class IpLiteral {
  private IpLiteral() {}

  /// The 4 or 16 octets that `text` stands for.
  public static Optional<byte[]> parse(String text) {
    return text.indexOf(':') < 0 ? parse4(text) : parse6(text);
  }

  /// The 4 octets of a dotted quad.
  public static Optional<byte[]> parse4(String text) {
    byte[] octets = new byte[4];
    return quad(text, 0, octets, 0) ? Optional.of(octets) : Optional.empty();
  }

  /// The 16 octets of an IPv6 address in any form of RFC 4291, section 2.2.
  public static Optional<byte[]> parse6(String text) {
    byte[] octets = new byte[16];
    int at = 0;
    int filled = 0;
    int gap = -1;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < text.length()) {
      int colon = text.indexOf(':', at);
      if (colon < 0 && text.indexOf('.', at) >= 0) {
        if (filled > 12 || !quad(text, at, octets, filled)) {
          return Optional.empty();
        }
        filled += 4;
        break;
      }
      int end = colon < 0 ? text.length() : colon;
      int group = group(text, at, end);
      if (group < 0 || filled > 14) {
        return Optional.empty();
      }
      octets[filled++] = (byte) (group >> 8);
      octets[filled++] = (byte) group;
      if (colon < 0) {
        break;
      }
      at = colon + 1;
      if (at == text.length()) {
        return Optional.empty();
      }
      if (text.charAt(at) == ':') {
        if (gap >= 0) {
          return Optional.empty();
        }
        gap = filled;
        at++;
      }
    }
    return expand(octets, filled, gap);
  }

  private static Optional<byte[]> expand(byte[] octets, int filled, int gap) {
    if (gap < 0) {
      return filled == 16 ? Optional.of(octets) : Optional.empty();
    }
    if (filled > 14) {
      return Optional.empty();
    }
    int tail = filled - gap;
    System.arraycopy(octets, gap, octets, 16 - tail, tail);
    Arrays.fill(octets, gap, 16 - tail, (byte) 0);
    return Optional.of(octets);
  }

  private static int group(String text, int from, int end) {
    if (end - from < 1 || end - from > 4) {
      return -1;
    }
    int n = 0;
    for (int i = from; i < end; i++) {
      int digit = hex(text.charAt(i));
      if (digit < 0) {
        return -1;
      }
      n = n << 4 | digit;
    }
    return n;
  }

  private static int hex(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  private static boolean quad(String text, int from, byte[] out, int offset) {
    int at = from;
    for (int i = 0; i < 4; i++) {
      int start = at;
      int n = 0;
      while (at < text.length()
          && at - start < 3
          && text.charAt(at) >= '0'
          && text.charAt(at) <= '9') {
        n = n * 10 + (text.charAt(at++) - '0');
      }
      boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
      if (at == start || n > 255 || leadingZero) {
        return false;
      }
      out[offset + i] = (byte) n;
      if (i < 3 && (at >= text.length() || text.charAt(at++) != '.')) {
        return false;
      }
    }
    return at == text.length();
  }
}
