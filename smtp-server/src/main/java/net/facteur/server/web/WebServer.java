package net.facteur.server.web;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import net.facteur.server.net.ListeningSockets;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Serves routes over HTTPS and plain HTTP, HTTP/1.1.
///
/// Bounded by [WebLimits]: connections in all and of one client network, the time for a request and
/// its answer, requests of a connection and of a network, octets of each part of a request.
public final class WebServer implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(WebServer.class);
  private static final int HANDSHAKE_MILLIS = 10_000;

  /// How long those who are being answered have at the stop.
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("facteur-web"), ListeningSockets.ioHandlers());
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Channel> sockets = new ArrayList<>();
  private final ListeningSockets listening;
  private final WebConnection.Site site;

  /// Opens the listeners.
  ///
  /// @param listening opens the sockets
  /// @param secure where HTTPS is spoken
  /// @param plain where plain HTTP is
  /// @param certificates the context for a name, empty where no certificate is for it; asked at
  ///   each handshake
  /// @param routes asked for at each request
  /// @throws IOException where one cannot be opened; none stays open then
  public static WebServer open(
      ListeningSockets listening,
      List<InetSocketAddress> secure,
      List<InetSocketAddress> plain,
      Function<String, Optional<SslContext>> certificates,
      Supplier<Routes> routes,
      InstantSource clock)
      throws IOException {
    return open(listening, secure, plain, certificates, routes, clock, WebLimits.DEFAULTS);
  }

  static WebServer open(
      ListeningSockets listening,
      List<InetSocketAddress> secure,
      List<InetSocketAddress> plain,
      Function<String, Optional<SslContext>> certificates,
      Supplier<Routes> routes,
      InstantSource clock,
      WebLimits limits)
      throws IOException {
    return open(
        new WebServer(listening, clock, limits, Level.INFO),
        Stream.concat(
                secure.stream().map(at -> WebListener.secure(at, certificates, routes)),
                plain.stream().map(at -> WebListener.plain(at, routes)))
            .toList());
  }

  /// Opens the listeners.
  ///
  /// @param listening opens the sockets
  /// @throws IOException where one cannot be opened; none stays open then
  public static WebServer open(
      ListeningSockets listening, List<WebListener> listeners, InstantSource clock)
      throws IOException {
    return open(new WebServer(listening, clock, WebLimits.DEFAULTS, Level.INFO), listeners);
  }

  /// Opens listeners whose requests come so often that only a log that shows everything has them.
  ///
  /// @throws IOException where one cannot be opened; none stays open then
  public static WebServer openForNumbers(
      ListeningSockets listening, List<WebListener> listeners, InstantSource clock)
      throws IOException {
    return open(new WebServer(listening, clock, WebLimits.DEFAULTS, Level.DEBUG), listeners);
  }

  /// Opens a listener for a program beside us, by plain HTTP. It may ask as much as it has to; its
  /// requests are in the log where that shows everything.
  ///
  /// @throws IOException where it cannot be opened
  public static WebServer openForProgram(
      ListeningSockets listening,
      InetSocketAddress address,
      Supplier<Routes> routes,
      InstantSource clock)
      throws IOException {
    return open(
        new WebServer(listening, clock, WebLimits.OF_PROGRAM, Level.DEBUG),
        List.of(WebListener.plain(address, routes)));
  }

  private static WebServer open(WebServer server, List<WebListener> listeners) throws IOException {
    try {
      for (WebListener listener : listeners) {
        server.sockets.add(server.listening.open(server.bootstrap(listener), listener.address()));
      }
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private WebServer(ListeningSockets listening, InstantSource clock, WebLimits limits, Level told) {
    this.listening = listening;
    this.site = new WebConnection.Site(limits, new Visitors(limits), workers, clock, told);
  }

  private ServerBootstrap bootstrap(WebListener listener) {
    return new ServerBootstrap()
        .group(loop)
        // As the listeners of mail: no part of an answer waits for what the client says of another.
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                admit(channel, listener);
              }
            });
  }

  private void admit(Channel channel, WebListener listener) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
      var _ = channel.close(); // it has gone already
      return;
    }
    var connection = new WebConnection(site, listener, channel, peer.getAddress());
    if (!site.visitors().enter(connection)) {
      LOG.debug("web client={} turned away: too many connections", peer);
      var _ = channel.close();
      return;
    }
    if (listener.scheme() == Scheme.HTTPS) {
      channel
          .pipeline()
          .addLast(
              new SniHandler(
                  (@Nullable String name, Promise<SslContext> promise) ->
                      context(listener, name, promise),
                  WebLimits.CLIENT_HELLO,
                  HANDSHAKE_MILLIS));
    }
    connection.begin();
  }

  /// RFC 8461, 7.1: a certificate that matches the policy host, or the handshake is aborted.
  private static Future<SslContext> context(
      WebListener listener, @Nullable String serverName, Promise<SslContext> promise) {
    Optional<SslContext> context =
        listener.certificates().apply(serverName == null ? "" : serverName);
    if (context.isPresent()) {
      return promise.setSuccess(context.get());
    }
    LOG.debug("web name={} result=no-certificate", serverName);
    return promise.setFailure(new SSLHandshakeException("no certificate for " + serverName));
  }

  /// Where it listens, in the order of the listeners, with the ports that were found for port 0.
  public List<InetSocketAddress> addresses() {
    return sockets.stream().map(socket -> (InetSocketAddress) socket.localAddress()).toList();
  }

  /// Closes the listeners, answers what was asked already, and closes all connections.
  @Override
  public void close() {
    if (loop.isShuttingDown()) {
      return;
    }
    sockets.forEach(socket -> socket.close().awaitUninterruptibly());
    List<ChannelFuture> ends =
        loop.submit(() -> site.visitors().all().stream().map(WebConnection::stop).toList())
            .syncUninterruptibly()
            .getNow();
    long limit = System.nanoTime() + DRAIN.toNanos();
    ends.forEach(end -> end.awaitUninterruptibly(limit - System.nanoTime(), TimeUnit.NANOSECONDS));
    workers.shutdownNow();
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
