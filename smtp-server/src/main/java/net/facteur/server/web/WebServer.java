package net.facteur.server.web;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.ListeningSockets;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Serves a few short texts over HTTPS and plain HTTP, HTTP/1.1, one request for each connection.
///
/// Bounded: 200 connections at a time, 20 of them from one client network (IPv4 /24, IPv6 /56), 20
/// seconds for each, a request of at most 10 KiB. Where all are taken, the oldest goes, since what
/// is asked here takes less than a second.
public final class WebServer implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(WebServer.class);
  private static final int MAX_CONNECTIONS = 200;
  private static final int MAX_OF_NETWORK = 20;
  private static final int CONNECTION_SECONDS = 20;
  private static final int HANDSHAKE_MILLIS = 10_000;
  private static final int MAX_CLIENT_HELLO = 16 << 10;
  private static final int MAX_LINE = 1024;
  private static final int MAX_HEADER = 8192;
  private static final int MAX_BODY = 1024;

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("facteur-web"), ListeningSockets.ioHandlers());
  private final List<Channel> sockets = new ArrayList<>();

  /// In the order in which they came; on the one event loop only.
  private final Map<Channel, AddressBlock> open = new LinkedHashMap<>();

  private final ListeningSockets listening;
  private final Function<String, Optional<SslContext>> certificates;
  private final Supplier<WebPages> pages;

  /// Opens the listeners.
  ///
  /// @param listening opens the sockets
  /// @param secure where HTTPS is spoken
  /// @param plain where plain HTTP is
  /// @param certificates the context for a name, empty where no certificate is for it; asked at
  ///   each handshake
  /// @param pages asked for at each connection
  /// @throws IOException where one cannot be opened; none stays open then
  public static WebServer open(
      ListeningSockets listening,
      List<InetSocketAddress> secure,
      List<InetSocketAddress> plain,
      Function<String, Optional<SslContext>> certificates,
      Supplier<WebPages> pages)
      throws IOException {
    var server = new WebServer(listening, certificates, pages);
    try {
      server.open(secure, true);
      server.open(plain, false);
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private WebServer(
      ListeningSockets listening,
      Function<String, Optional<SslContext>> certificates,
      Supplier<WebPages> pages) {
    this.listening = listening;
    this.certificates = certificates;
    this.pages = pages;
  }

  private void open(List<InetSocketAddress> addresses, boolean secure) throws IOException {
    for (InetSocketAddress address : addresses) {
      sockets.add(listening.open(bootstrap(secure), address));
    }
  }

  private ServerBootstrap bootstrap(boolean secure) {
    return new ServerBootstrap()
        .group(loop)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                admit(channel, secure);
              }
            });
  }

  private void admit(Channel channel, boolean secure) {
    if (!enter(channel)) {
      var _ = channel.close();
      return;
    }
    channel.closeFuture().addListener(_ -> open.remove(channel));
    var deadline =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  var _ = channel.close();
                },
                CONNECTION_SECONDS,
                TimeUnit.SECONDS);
    channel.closeFuture().addListener(_ -> deadline.cancel(false));
    if (secure) {
      channel.pipeline().addLast(new SniHandler(this::context, MAX_CLIENT_HELLO, HANDSHAKE_MILLIS));
    }
    channel
        .pipeline()
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_LINE)
                    .setMaxHeaderSize(MAX_HEADER)
                    .setMaxChunkSize(MAX_BODY)),
            new HttpObjectAggregator(MAX_BODY),
            new WebExchange(pages.get(), secure));
  }

  /// Counts a connection, on the event loop.
  ///
  /// @return false where its network has too many
  private boolean enter(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
      return false; // it has gone already
    }
    AddressBlock network = AddressBlock.ofClient(peer.getAddress());
    if (open.values().stream().filter(network::equals).count() >= MAX_OF_NETWORK) {
      LOG.debug("web client={} turned away: too many connections", peer);
      return false;
    }
    if (open.size() >= MAX_CONNECTIONS) {
      Channel oldest = open.keySet().iterator().next();
      open.remove(oldest);
      var _ = oldest.close();
    }
    open.put(channel, network);
    return true;
  }

  /// RFC 8461, 7.1: a certificate that matches the policy host, or the handshake is aborted.
  private Future<SslContext> context(@Nullable String serverName, Promise<SslContext> promise) {
    Optional<SslContext> context = Optional.ofNullable(serverName).flatMap(certificates);
    if (context.isPresent()) {
      return promise.setSuccess(context.get());
    }
    LOG.debug("web name={} result=no-certificate", serverName);
    return promise.setFailure(new SSLHandshakeException("no certificate for " + serverName));
  }

  /// Where it listens, HTTPS first, with the ports that were found for port 0.
  public List<InetSocketAddress> addresses() {
    return sockets.stream().map(socket -> (InetSocketAddress) socket.localAddress()).toList();
  }

  /// Closes the listeners and all connections.
  @Override
  public void close() {
    sockets.forEach(socket -> socket.close().awaitUninterruptibly());
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
