package net.facteur.server;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.server.config.Settings;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.routing.AddressLiteral;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The IP addresses of this machine.
final class OwnAddresses {
  private static final Logger LOG = LogManager.getLogger(OwnAddresses.class);

  private OwnAddresses() {}

  /// Those of its interfaces now, and those that it listens on, as address literals. An address
  /// that a router translates to them is not among them.
  static Set<String> literals(Settings settings) {
    return Stream.concat(listened(settings), interfaces())
        .filter(address -> !address.isAnyLocalAddress())
        .map(IpLiteral::unmapped)
        .map(AddressLiteral::of)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<InetAddress> listened(Settings settings) {
    var listeners = ListenerSettings.from(settings);
    return Stream.of(listeners.reception(), listeners.submission(), listeners.submissions())
        .flatMap(List::stream)
        .flatMap(endpoint -> Stream.ofNullable(endpoint.getAddress()));
  }

  private static Stream<InetAddress> interfaces() {
    try {
      return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses);
    } catch (SocketException e) {
      LOG.warn("addresses of this machine: {}", e.toString());
      return Stream.empty();
    }
  }
}
