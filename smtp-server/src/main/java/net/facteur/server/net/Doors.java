package net.facteur.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Tells which listeners could not be opened.
@FunctionalInterface
public interface Doors {
  /// Those that this process could not open now.
  List<BindFailure> shut(List<InetSocketAddress> addresses);

  /// Opens each for a moment, as a start would.
  static List<BindFailure> tryEach(List<InetSocketAddress> addresses) {
    var shut = new ArrayList<BindFailure>();
    var loops = new MultiThreadIoEventLoopGroup(1, ListeningSockets.ioHandlers());
    try {
      var sockets = new ListeningSockets(InheritedSockets.NONE);
      for (InetSocketAddress address : addresses) {
        var bootstrap =
            new ServerBootstrap().group(loops).childHandler(new ChannelInboundHandlerAdapter());
        try {
          sockets.open(bootstrap, address).close().awaitUninterruptibly();
        } catch (IOException e) {
          Throwable cause = e.getCause();
          shut.add(BindFailure.of(address, cause == null ? e : cause));
        }
      }
    } finally {
      var _ = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
    return shut;
  }
}
