package net.facteur.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The sockets that listen, their event loops, and all connections that came through them.
///
/// One event loop per core, on epoll where it is at hand. Work that may block has threads of its
/// own; a connection has at most one such piece of work at a time, which bounds their queue by the
/// connection limits.
public final class Listeners implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(Listeners.class);

  /// `IPPROTO_IPV6`, `IPV6_V6ONLY` of Linux (RFC 3493, section 5.3).
  private static final ChannelOption<Integer> IPV6_ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

  private static final int BLOCKING_THREADS = 8;

  private final EventLoopGroup loops;
  private final ExecutorService blocking;
  private final RandomGenerator random;
  private final List<Channel> sockets = new CopyOnWriteArrayList<>();
  private final List<ConnectionLimits> limits = new CopyOnWriteArrayList<>();
  private final Set<ConnectionHandler> connections = ConcurrentHashMap.newKeySet();
  private final Map<InetSocketAddress, EpollServerSocketChannel> passed;
  private volatile boolean draining;

  /// @param random for the ids of connections
  /// @param inherited taken over by [#bind] for the addresses they listen on
  public Listeners(RandomGenerator random, InheritedSockets inherited) {
    this.passed = listening(inherited);
    this.random = random;
    int cores = Runtime.getRuntime().availableProcessors();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            cores,
            new DefaultThreadFactory("facteur-net"),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    var pool =
        new ThreadPoolExecutor(
            BLOCKING_THREADS,
            BLOCKING_THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("facteur-stage"));
    pool.allowCoreThreadTimeOut(true);
    this.blocking = pool;
  }

  /// Opens a listener.
  ///
  /// @param door asked at each new connection, so that settings may change while it is open
  /// @return where it listens, with the port that was found for port 0
  public InetSocketAddress bind(InetSocketAddress address, Supplier<Door> door) throws IOException {
    EpollServerSocketChannel listens = passed.remove(address);
    if (listens != null) {
      return adopt(listens, door);
    }
    // Each family for itself: otherwise 0.0.0.0 and [::] both mean both, and the second fails.
    boolean six = address.getAddress() instanceof Inet6Address;
    var family = six ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    boolean epoll = Epoll.isAvailable();
    var bootstrap =
        bootstrap(
            door,
            epoll
                ? () -> new EpollServerSocketChannel(family)
                : () -> new NioServerSocketChannel(SelectorProvider.provider(), family));
    if (epoll && six) {
      bootstrap.option(IPV6_ONLY, 1);
    }
    var future = bootstrap.bind(address).awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw new IOException("cannot listen on " + address, future.cause());
    }
    return opened(future.channel());
  }

  /// Takes over the socket that listens on an address already.
  private InetSocketAddress adopt(EpollServerSocketChannel socket, Supplier<Door> door)
      throws IOException {
    var future = bootstrap(door, () -> socket).register().awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw new IOException(
          "cannot listen on " + socket.localAddress() + ", which was passed", future.cause());
    }
    return opened(socket);
  }

  private static Map<InetSocketAddress, EpollServerSocketChannel> listening(
      InheritedSockets inherited) {
    var found = new HashMap<InetSocketAddress, EpollServerSocketChannel>();
    if (!inherited.descriptors().isEmpty() && !Epoll.isAvailable()) {
      LOG.warn("sockets were passed, but can be taken over on Linux only");
      return found;
    }
    for (int descriptor : inherited.descriptors()) {
      var socket = new EpollServerSocketChannel(descriptor);
      if (socket.localAddress() == null) {
        LOG.warn("descriptor {} was passed, but is no internet socket", descriptor);
      } else {
        found.put(socket.localAddress(), socket);
      }
    }
    return found;
  }

  /// Sockets that were passed and that no listener has taken.
  public Set<InetSocketAddress> unused() {
    return Set.copyOf(passed.keySet());
  }

  private InetSocketAddress opened(Channel socket) {
    sockets.add(socket);
    return (InetSocketAddress) socket.localAddress();
  }

  private ServerBootstrap bootstrap(
      Supplier<Door> door, ChannelFactory<? extends ServerChannel> sockets) {
    var counted = new ConnectionLimits();
    limits.add(counted);
    return new ServerBootstrap()
        .group(loops)
        .channelFactory(sockets)
        .option(ChannelOption.SO_BACKLOG, door.get().settings().backlog())
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        // A peer that sends its last command and then closes its side still gets its replies.
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                admit(channel, door.get(), counted);
              }
            });
  }

  private void admit(Channel channel, Door door, ConnectionLimits counted) {
    var handler = new ConnectionHandler(door, counted, blocking, newId(), connections::remove);
    connections.add(handler);
    channel.pipeline().addLast(handler);
    if (draining) {
      handler.drain();
    }
  }

  private String newId() {
    var id = new StringBuilder(12);
    long bits = random.nextLong();
    for (int i = 0; i < 12; i++) {
      id.append("0123456789ABCDEFGHJKMNPQRSTVWXYZ".charAt((int) (bits & 31)));
      bits >>>= 5;
    }
    return id.toString();
  }

  /// Open connections.
  public int connections() {
    return limits.stream().mapToInt(ConnectionLimits::open).sum();
  }

  /// Closes the listeners, tells idle connections to go, and waits until the busy ones have
  /// finished their transaction.
  ///
  /// @return true where all went by themselves
  public boolean drain(Duration patience) {
    draining = true;
    sockets.forEach(s -> s.close().awaitUninterruptibly());
    connections.forEach(ConnectionHandler::drain);
    var gone =
        CompletableFuture.allOf(
            connections.stream().map(ConnectionHandler::gone).toArray(CompletableFuture<?>[]::new));
    try {
      gone.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return connections.isEmpty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException _) {
      return false;
    }
  }

  /// Closes everything at once and ends the threads.
  @Override
  public void close() {
    sockets.forEach(s -> s.close().awaitUninterruptibly());
    connections.forEach(ConnectionHandler::abort);
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    blocking.shutdown();
    try {
      if (!blocking.awaitTermination(10, TimeUnit.SECONDS)) {
        blocking.shutdownNow();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      blocking.shutdownNow();
    }
  }
}
