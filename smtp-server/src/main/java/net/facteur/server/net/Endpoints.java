package net.facteur.server.net;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// The two ends of a connection.
///
/// @param remote the client; behind a trusted proxy, the one that the proxy named
/// @param local the address it connected to
record Endpoints(InetSocketAddress remote, InetSocketAddress local) {
  static Endpoints of(Channel channel) {
    return new Endpoints(
        (InetSocketAddress) channel.remoteAddress(), (InetSocketAddress) channel.localAddress());
  }
}
