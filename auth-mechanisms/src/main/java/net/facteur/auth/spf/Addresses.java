package net.facteur.auth.spf;

import java.net.InetAddress;
import net.facteur.auth.dns.RecordType;

/// Which address records are asked for.
final class Addresses {
  private Addresses() {}

  /// `A` for an IPv4 client, `AAAA` for an IPv6 client (RFC 7208, section 5).
  static RecordType<InetAddress> typeOf(InetAddress client) {
    return client.getAddress().length == 4 ? RecordType.A : RecordType.AAAA;
  }
}
