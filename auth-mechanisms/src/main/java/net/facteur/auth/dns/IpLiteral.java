package net.facteur.auth.dns;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Scanner;

/// IP addresses as protocols write them, and nothing else: no short or octal forms, no scope ids,
/// no names.
public final class IpLiteral {
  private IpLiteral() {}

  /// Reads `qnum "." qnum "." qnum "." qnum` or an IPv6 address.
  ///
  /// An IPv4-mapped IPv6 address stays an IPv6 address; [#unmapped] makes it IPv4.
  public static Parsed<InetAddress> parse(String text) {
    return text.indexOf(':') >= 0 ? parse6(text) : parse4(text);
  }

  /// Reads a dotted quad without leading zeros.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7208#section-12 RFC 7208, section 12: Collected ABNF
  public static Parsed<InetAddress> parse4(String text) {
    var in = new Scanner(text);
    var octets = new byte[4];
    if (!readQuad(in, octets, 0) || !in.atEnd()) {
      return in.expected("an IPv4 address");
    }
    return Parsed.ok(address(octets));
  }

  private static boolean readQuad(Scanner in, byte[] octets, int at) {
    for (int i = 0; i < 4; i++) {
      if (i > 0 && !in.take('.')) {
        return false;
      }
      int start = in.offset();
      boolean zero = in.peek() == '0';
      Optional<Long> octet = in.number(3, 255).toOptional();
      if (octet.isEmpty() || (zero && in.offset() - start > 1)) {
        return false;
      }
      octets[at + i] = octet.get().byteValue();
    }
    return true;
  }

  /// Reads an IPv6 address in any of the three forms.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc4291#section-2.2 RFC 4291, section 2.2: Text
  ///   Representation of Addresses
  public static Parsed<InetAddress> parse6(String text) {
    var in = new Scanner(text);
    var groups = new ArrayList<Integer>();
    int gap = -1;
    if (in.take("::")) {
      gap = 0;
    }
    while (!in.atEnd()) {
      int start = in.offset();
      String group = in.takeWhile(Ascii::isHex);
      if (in.peek() == '.') {
        in.seek(start);
        var quad = new byte[4];
        if (!readQuad(in, quad, 0) || !in.atEnd()) {
          return in.expected("an IPv4 address");
        }
        groups.add((quad[0] & 0xff) << 8 | (quad[1] & 0xff));
        groups.add((quad[2] & 0xff) << 8 | (quad[3] & 0xff));
        break;
      }
      if (group.isEmpty() || group.length() > 4 || groups.size() == 8) {
        return Parsed.malformed(start, "an IPv6 address");
      }
      groups.add(hex(group));
      if (in.atEnd()) {
        break;
      }
      if (in.take("::")) {
        if (gap >= 0) {
          return in.expected("an IPv6 address with one \"::\"");
        }
        gap = groups.size();
      } else if (!in.take(':') || in.atEnd()) {
        return in.expected("an IPv6 address");
      }
    }
    // RFC 4291, 2.2: "::" stands for one or more groups of zeros
    if (gap < 0 ? groups.size() != 8 : groups.size() > 7) {
      return in.expected("eight groups of an IPv6 address");
    }
    var octets = new byte[16];
    for (int i = 0; i < groups.size(); i++) {
      int place = gap >= 0 && i >= gap ? 8 - groups.size() + i : i;
      octets[2 * place] = (byte) (groups.get(i) >> 8);
      octets[2 * place + 1] = (byte) (int) groups.get(i);
    }
    return Parsed.ok(address(octets));
  }

  private static int hex(String digits) {
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      value = value << 4 | Ascii.hexValue(digits.charAt(i));
    }
    return value;
  }

  /// An address of 4 or 16 octets; 16 always give an IPv6 address.
  public static InetAddress address(byte[] octets) {
    try {
      return octets.length == 16
          ? Inet6Address.getByAddress(null, octets, -1)
          : InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("4 or 16 octets, not " + octets.length, e);
    }
  }

  /// The address in its canonical text: lower case, the longest run of zero groups as `::`.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc5952#section-4 RFC 5952, section 4: A Recommendation
  ///   for IPv6 Text Representation
  public static String print(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == 4) {
      return quad(octets, 0);
    }
    boolean mapped = unmapped(address).getAddress().length == 4;
    int groups = mapped ? 6 : 8;
    int gap = 0;
    int gapLength = 1; // a single zero group is not shortened
    for (int i = 0; i < groups; i++) {
      int run = 0;
      while (i + run < groups && group(octets, i + run) == 0) {
        run++;
      }
      if (run > gapLength) {
        gap = i;
        gapLength = run;
      }
    }
    var out = new StringBuilder();
    for (int i = 0; i < groups; i++) {
      if (gapLength > 1 && i == gap) {
        out.append("::");
        i += gapLength - 1;
      } else {
        boolean first = out.isEmpty() || out.charAt(out.length() - 1) == ':';
        out.append(first ? "" : ":").append(Integer.toHexString(group(octets, i)));
      }
    }
    return mapped ? out + ":" + quad(octets, 12) : out.toString();
  }

  private static int group(byte[] octets, int index) {
    return (octets[2 * index] & 0xff) << 8 | (octets[2 * index + 1] & 0xff);
  }

  private static String quad(byte[] octets, int at) {
    return (octets[at] & 0xff)
        + "."
        + (octets[at + 1] & 0xff)
        + "."
        + (octets[at + 2] & 0xff)
        + "."
        + (octets[at + 3] & 0xff);
  }

  /// True where the first `bits` bits of both addresses are equal and both are of one kind.
  ///
  /// @param bits 0 to 32, or to 128 for IPv6
  public static boolean samePrefix(InetAddress a, InetAddress b, int bits) {
    byte[] x = a.getAddress();
    byte[] y = b.getAddress();
    if (x.length != y.length) {
      return false;
    }
    for (int i = 0, left = bits; left > 0 && i < x.length; i++, left -= 8) {
      int mask = left >= 8 ? 0xff : 0xff00 >> left & 0xff;
      if (((x[i] ^ y[i]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  /// The IPv4 address within an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`); any other address as
  /// it is, but without a scope id.
  public static InetAddress unmapped(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == 4) {
      return address;
    }
    for (int i = 0; i < 10; i++) {
      if (octets[i] != 0) {
        return address(octets);
      }
    }
    if (octets[10] != -1 || octets[11] != -1) {
      return address(octets);
    }
    return address(new byte[] {octets[12], octets[13], octets[14], octets[15]});
  }
}
