package net.facteur.server.report.received;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Parsed;

/// The address that mail came from, as few octets: 4 or 16 of an IP address; of what is none, a 0,
/// the text, and another 0 if there would be 4 or 16.
final class SourceOctets {
  private SourceOctets() {}

  static byte[] of(String source) {
    if (IpLiteral.parse(source) instanceof Parsed.Ok<InetAddress>(InetAddress address)) {
      return address.getAddress();
    }
    var octets = new ByteArrayOutputStream();
    octets.write(0);
    octets.writeBytes(source.replace("\0", "").getBytes(StandardCharsets.UTF_8));
    if (octets.size() == 4 || octets.size() == 16) {
      octets.write(0);
    }
    return octets.toByteArray();
  }

  static String text(byte[] octets) {
    if (octets.length == 4 || octets.length == 16) {
      try {
        return IpLiteral.print(InetAddress.getByAddress(octets));
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address has 4 or 16 octets", e);
      }
    }
    return new String(octets, StandardCharsets.UTF_8).replace("\0", "");
  }
}
