package net.facteur.server.routing;

import java.net.InetAddress;
import java.util.Optional;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Ascii;

/// IP addresses in the place of a domain name.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.1.3 RFC 5321, section 4.1.3: Address
///   Literals
public final class AddressLiteral {
  private static final String IPV6 = "ipv6:";

  private AddressLiteral() {}

  /// Reads the domain part of an address: `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
  public static Optional<InetAddress> bracketed(String domain) {
    if (!domain.startsWith("[") || !domain.endsWith("]")) {
      return Optional.empty();
    }
    String inner = domain.substring(1, domain.length() - 1);
    return (Ascii.lower(inner).startsWith(IPV6)
            ? IpLiteral.parse6(inner.substring(IPV6.length()))
            : IpLiteral.parse4(inner))
        .toOptional()
        .map(IpLiteral::unmapped);
  }

  /// Writes an address as the domain part of an address.
  public static String of(InetAddress address) {
    String text = IpLiteral.print(address);
    return text.indexOf(':') < 0 ? "[" + text + "]" : "[IPv6:" + text + "]";
  }

  /// Reads a bare IPv4 or IPv6 address; one of the mapped kind is the IPv4 address within.
  public static Optional<InetAddress> parse(String text) {
    return IpLiteral.parse(text).toOptional().map(IpLiteral::unmapped);
  }
}
