package net.facteur.server;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
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

  /// Those of its interfaces now, those that it listens on, and those that the settings name, as
  /// address literals.
  static Set<String> literals(Settings settings) {
    return Stream.concat(named(settings), Stream.concat(listened(settings), interfaces()))
        .filter(address -> !address.isAnyLocalAddress())
        .map(IpLiteral::unmapped)
        .map(AddressLiteral::of)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Those at which a mail exchanger is this server: where it takes mail of other servers on the
  /// port to which it delivers, and those that the settings name.
  ///
  /// @param port to which mail is delivered
  static Set<InetAddress> exchanger(Settings settings, int port) {
    return Stream.concat(
            named(settings),
            ListenerSettings.from(settings).reception().stream()
                .filter(endpoint -> endpoint.getPort() == port)
                .flatMap(endpoint -> Stream.ofNullable(endpoint.getAddress()))
                .flatMap(OwnAddresses::concrete))
        .map(IpLiteral::unmapped)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// The sockets at which this server takes mail of anybody, so that mail that is handed over there
  /// comes back.
  static Predicate<InetSocketAddress> sockets(Settings settings) {
    var listeners = ListenerSettings.from(settings);
    Set<InetSocketAddress> own =
        Stream.of(listeners.reception(), listeners.submission(), listeners.submissions())
            .flatMap(List::stream)
            .flatMap(
                endpoint ->
                    Stream.concat(
                            Stream.ofNullable(endpoint.getAddress())
                                .flatMap(OwnAddresses::concrete),
                            named(settings))
                        .map(
                            address ->
                                new InetSocketAddress(
                                    IpLiteral.unmapped(address), endpoint.getPort())))
            .collect(Collectors.toUnmodifiableSet());
    return socket ->
        own.contains(
            new InetSocketAddress(IpLiteral.unmapped(socket.getAddress()), socket.getPort()));
  }

  /// What is meant by `0.0.0.0` and `::`: every interface, and by the latter also those of IPv4.
  private static Stream<InetAddress> concrete(InetAddress address) {
    return !address.isAnyLocalAddress()
        ? Stream.of(address)
        : interfaces()
            .filter(own -> address instanceof Inet6Address || own instanceof Inet4Address);
  }

  private static Stream<InetAddress> named(Settings settings) {
    return ListenerSettings.from(settings).ownAddresses().stream();
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
