package net.facteur.auth.dns;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;

/// The names that addresses have in the DNS.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1035#section-3.5 RFC 1035, section 3.5: IN-ADDR.ARPA
/// @spec https://www.rfc-editor.org/rfc/rfc3596#section-2.5 RFC 3596, section 2.5: IP6.ARPA
public final class ReverseName {
  private ReverseName() {}

  /// Where the PTR record of an address stands.
  public static DomainName of(InetAddress address) {
    return DomainName.of(
        labels(address) + (address instanceof Inet6Address ? ".ip6.arpa" : ".in-addr.arpa"));
  }

  /// The octets of an IPv4 address, or the nibbles of an IPv6 address, last first, with dots in
  /// between; lists of addresses use them, too (RFC 5782).
  public static String labels(InetAddress address) {
    byte[] octets = address.getAddress();
    var labels = new ArrayList<String>();
    if (octets.length == 4) {
      for (byte octet : octets) {
        labels.addFirst(Integer.toString(octet & 0xff));
      }
    } else {
      for (char digit : HexFormat.of().formatHex(octets).toCharArray()) {
        labels.addFirst(String.valueOf(digit));
      }
    }
    return String.join(".", labels);
  }
}
