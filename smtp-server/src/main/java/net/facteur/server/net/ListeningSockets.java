package net.facteur.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The one way in which every listener of the program opens its socket, be it for mail or for the
/// web: each address family for itself, so that `0.0.0.0:443` and `[::]:443` stand beside each
/// other, and with the sockets that a service manager passed.
public final class ListeningSockets {
  private static final Logger LOG = LogManager.getLogger(ListeningSockets.class);

  /// `IPPROTO_IPV6`, `IPV6_V6ONLY` of Linux (RFC 3493, section 5.3).
  private static final ChannelOption<Integer> IPV6_ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

  private final Map<InetSocketAddress, EpollServerSocketChannel> passed = new HashMap<>();

  /// @param inherited taken over by [#open] for the addresses they listen on
  public ListeningSockets(InheritedSockets inherited) {
    if (!inherited.descriptors().isEmpty() && !Epoll.isAvailable()) {
      LOG.warn("sockets were passed, but can be taken over on Linux only");
      return;
    }
    for (int descriptor : inherited.descriptors()) {
      var socket = new EpollServerSocketChannel(descriptor);
      if (socket.localAddress() == null) {
        LOG.warn("descriptor {} was passed, but is no internet socket", descriptor);
      } else {
        passed.put(socket.localAddress(), socket);
      }
    }
  }

  /// For the event loops of what is opened here.
  public static IoHandlerFactory ioHandlers() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  /// Opens a socket.
  ///
  /// @param bootstrap says everything but the kind of channel
  /// @throws IOException naming address, port, reason, and what to do
  public Channel open(ServerBootstrap bootstrap, InetSocketAddress address) throws IOException {
    bootstrap.option(ChannelOption.SO_REUSEADDR, true);
    EpollServerSocketChannel listens = passed.remove(address);
    if (listens != null) {
      var adopted = bootstrap.channelFactory(() -> listens).register().awaitUninterruptibly();
      if (!adopted.isSuccess()) {
        throw new IOException(
            "cannot listen on " + text(address) + ", which was passed", adopted.cause());
      }
      return listens;
    }
    // Each family for itself: otherwise 0.0.0.0 and [::] both mean both, and the second fails.
    boolean six = address.getAddress() instanceof Inet6Address;
    if (Epoll.isAvailable() && six) {
      bootstrap.option(IPV6_ONLY, 1);
    }
    var bound =
        bootstrap
            .channelFactory(sockets(six ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw BindFailure.of(address, bound.cause()).exception(bound.cause());
    }
    return bound.channel();
  }

  private static ChannelFactory<ServerChannel> sockets(SocketProtocolFamily family) {
    return Epoll.isAvailable()
        ? () -> new EpollServerSocketChannel(family)
        : () -> new NioServerSocketChannel(SelectorProvider.provider(), family);
  }

  /// Sockets that were passed and that no listener has taken.
  public Set<InetSocketAddress> unused() {
    return Set.copyOf(passed.keySet());
  }

  /// An address as the settings write it.
  static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
