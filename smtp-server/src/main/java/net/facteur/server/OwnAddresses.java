package net.facteur.server;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.server.routing.AddressLiteral;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The IP addresses of this machine.
final class OwnAddresses {
  private static final Logger LOG = LogManager.getLogger(OwnAddresses.class);

  private OwnAddresses() {}

  /// Those of its interfaces now, as address literals. An address that a router translates to them
  /// is not among them.
  static Set<String> literals() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(IpLiteral::unmapped)
          .map(AddressLiteral::of)
          .collect(Collectors.toUnmodifiableSet());
    } catch (SocketException e) {
      LOG.warn("addresses of this machine: {}", e.toString());
      return Set.of();
    }
  }
}
