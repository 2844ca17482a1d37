package net.facteur.server.routing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// IP addresses as text, read by the letter of the RFCs: no octal, no shortened IPv4, no zone.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.1.3 RFC 5321, section 4.1.3: Address
///   Literals
public final class IpLiteral {
  private static final int GROUPS = 8;

  private IpLiteral() {}

  /// Reads the domain part of an address: `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
  public static Optional<InetAddress> bracketed(String domain) {
    if (!domain.startsWith("[") || !domain.endsWith("]")) {
      return Optional.empty();
    }
    String inner = domain.substring(1, domain.length() - 1);
    if (Ascii.lower(inner).startsWith("ipv6:")) {
      return v6(inner.substring(5));
    }
    return v4(inner);
  }

  /// Reads a bare IPv4 or IPv6 address.
  public static Optional<InetAddress> parse(String text) {
    return text.indexOf(':') >= 0 ? v6(text) : v4(text);
  }

  private static Optional<InetAddress> v4(String text) {
    var octets = new byte[4];
    return readV4(text, octets, 0) ? address(octets) : Optional.empty();
  }

  private static boolean readV4(String text, byte[] into, int at) {
    var parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (int i = 0; i < 4; i++) {
      int value = Ascii.decimal(parts[i], 255);
      if (value < 0 || (parts[i].length() > 1 && parts[i].charAt(0) == '0')) {
        return false;
      }
      into[at + i] = (byte) value;
    }
    return true;
  }

  private static Optional<InetAddress> v6(String text) {
    if (text.length() > 45) {
      return Optional.empty();
    }
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      return Optional.empty();
    }
    var octets = new byte[16];
    if (gap < 0) {
      return groups(text, octets, 0) == GROUPS ? address(octets) : Optional.empty();
    }
    String right = text.substring(gap + 2);
    int before = groups(text.substring(0, gap), octets, 0);
    var tail = new byte[16];
    int after = groups(right, tail, 0);
    if (before < 0 || after < 0 || before + after >= GROUPS) {
      return Optional.empty();
    }
    // A dotted quad may only end the whole text.
    if (text.substring(0, gap).indexOf('.') >= 0) {
      return Optional.empty();
    }
    System.arraycopy(tail, 0, octets, 16 - 2 * after, 2 * after);
    return address(octets);
  }

  /// Reads groups of hexadecimal digits, the last of which may be a dotted quad.
  ///
  /// @return how many 16-bit groups were written, or -1 where `text` is malformed
  private static int groups(String text, byte[] into, int from) {
    if (text.isEmpty()) {
      return 0;
    }
    var parts = text.split(":", -1);
    int count = from;
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
        return count <= GROUPS - 2 && readV4(parts[i], into, 2 * count) ? count + 2 : -1;
      }
      int value = hex(parts[i]);
      if (value < 0 || count >= GROUPS) {
        return -1;
      }
      into[2 * count] = (byte) (value >> 8);
      into[2 * count + 1] = (byte) value;
      count++;
    }
    return count;
  }

  private static int hex(String digits) {
    if (digits.isEmpty() || digits.length() > 4) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      int digit =
          c >= '0' && c <= '9'
              ? c - '0'
              : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static Optional<InetAddress> address(byte[] octets) {
    try {
      return Optional.of(InetAddress.getByAddress(octets));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 octets", e);
    }
  }
}
