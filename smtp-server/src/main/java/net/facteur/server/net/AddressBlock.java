package net.facteur.server.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Parsed;

/// A block of IP addresses such as `192.0.2.0/24` or `2001:db8::/32`.
public final class AddressBlock {
  /// Bits of an IPv4 address that tell one client from another.
  public static final int CLIENT_4 = 24;

  /// Bits of an IPv6 address that do.
  public static final int CLIENT_6 = 56;

  /// What is expected where an address stands before a prefix.
  static final String ZERO_BITS = "zero bits after the prefix";

  private static final int PRIVATE_4 = 8;
  private static final int PRIVATE_6 = 7;

  private final byte[] base;
  private final int prefix;

  private AddressBlock(byte[] base, int prefix) {
    this.base = base;
    this.prefix = prefix;
  }

  /// The block around `address`; its bits past the prefix are cleared.
  ///
  /// @param prefix 0 to 32, or to 128 for IPv6
  public static AddressBlock around(InetAddress address, int prefix) {
    byte[] octets = address.getAddress();
    if (prefix < 0 || prefix > octets.length * 8) {
      throw new IllegalArgumentException("no prefix length: " + prefix);
    }
    return new AddressBlock(masked(octets, prefix), prefix);
  }

  /// The network that is taken for one client where clients are counted: a /24 of IPv4; a /56 of
  /// IPv6, which is what a provider gives to one customer (RFC 6177).
  public static AddressBlock ofClient(InetAddress address) {
    return around(address, address.getAddress().length == 4 ? CLIENT_4 : CLIENT_6);
  }

  /// Reads `ADDRESS` or `ADDRESS/PREFIX`. Bits past the prefix must be zero.
  public static Parsed<AddressBlock> parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    Optional<InetAddress> address = IpLiteral.parse(literal).toOptional();
    if (address.isEmpty()) {
      return Parsed.malformed(0, "IPv4 or IPv6 address");
    }
    byte[] octets = address.get().getAddress();
    int prefix = octets.length * 8;
    if (slash >= 0) {
      int given = number(text, slash + 1);
      if (given < 0 || given > prefix) {
        return Parsed.malformed(slash + 1, "prefix length 0 to " + prefix);
      }
      prefix = given;
    }
    if (!Arrays.equals(octets, masked(octets, prefix))) {
      return Parsed.malformed(0, ZERO_BITS);
    }
    return Parsed.ok(new AddressBlock(octets, prefix));
  }

  /// How many bits all of its addresses share.
  public int prefix() {
    return prefix;
  }

  public boolean isIpv4() {
    return base.length == 4;
  }

  /// True where it is larger than any private network: 10.0.0.0/8, fc00::/7.
  public boolean isWide() {
    return prefix < (isIpv4() ? PRIVATE_4 : PRIVATE_6);
  }

  /// True where both have an address in common.
  public boolean overlaps(AddressBlock other) {
    return contains(other.base) || other.contains(base);
  }

  public boolean contains(InetAddress address) {
    return contains(address.getAddress());
  }

  private boolean contains(byte[] octets) {
    return octets.length == base.length && Arrays.equals(base, masked(octets, prefix));
  }

  private static byte[] masked(byte[] octets, int prefix) {
    byte[] masked = octets.clone();
    for (int i = 0; i < masked.length; i++) {
      int bits = Math.clamp(prefix - i * 8L, 0, 8);
      masked[i] &= (byte) (0xff00 >> bits);
    }
    return masked;
  }

  private static int number(String text, int from) {
    int length = text.length() - from;
    if (length < 1 || length > 3) {
      return -1;
    }
    int n = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      n = n * 10 + (c - '0');
    }
    return n;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressBlock b && prefix == b.prefix && Arrays.equals(base, b.base);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(base) + prefix;
  }

  @Override
  public String toString() {
    try {
      return IpLiteral.print(InetAddress.getByAddress(base)) + "/" + prefix;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
