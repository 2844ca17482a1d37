package net.facteur.server.net;

import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import java.net.InetSocketAddress;
import java.util.Optional;
import net.facteur.auth.dns.IpLiteral;

/// What a trusted proxy said about the client.
///
/// @param source the client
/// @param destination the address the client connected to
record ProxyHeader(InetSocketAddress source, InetSocketAddress destination) {
  /// Reads a PROXY header; empty where the proxy speaks for itself (LOCAL, UNKNOWN) or for a socket
  /// without IP addresses.
  static Optional<ProxyHeader> of(HAProxyMessage message) {
    if (message.command() == HAProxyCommand.LOCAL) {
      return Optional.empty();
    }
    return switch (message.proxiedProtocol()) {
      case TCP4, TCP6 ->
          address(message.sourceAddress(), message.sourcePort())
              .flatMap(
                  source ->
                      address(message.destinationAddress(), message.destinationPort())
                          .map(destination -> new ProxyHeader(source, destination)));
      case UNKNOWN, UDP4, UDP6, UNIX_STREAM, UNIX_DGRAM -> Optional.empty();
    };
  }

  private static Optional<InetSocketAddress> address(String text, int port) {
    return IpLiteral.parse(text)
        .toOptional()
        .map(address -> new InetSocketAddress(IpLiteral.unmapped(address), port));
  }
}
