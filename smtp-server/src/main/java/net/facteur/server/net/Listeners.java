package net.facteur.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
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

/// The sockets that listen, their event loops, and all connections that came through them.
///
/// One event loop per core, on epoll where it is at hand. Work that may block has threads of its
/// own; a connection has at most one such piece of work at a time, which bounds their queue by the
/// connection limits.
public final class Listeners implements AutoCloseable {
  private static final int BLOCKING_THREADS = 8;

  /// Connections that the system keeps until they are accepted.
  private static final int BACKLOG = 1_024;

  /// Octets of replies that the system may keep for one peer: it would keep megabytes.
  private static final int SYSTEM_UNSENT = 64 << 10;

  /// Replies that a peer has not taken, in octets, beyond which nothing more is read from it.
  private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(8 << 10, 16 << 10);

  private final EventLoopGroup loops;
  private final ExecutorService blocking;
  private final RandomGenerator random;
  private final MemoryBudget memory;
  private final ListeningSockets passed;
  private final List<Channel> sockets = new CopyOnWriteArrayList<>();
  private final List<ConnectionLimits> limits = new CopyOnWriteArrayList<>();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  /// @param random for the ids of connections
  /// @param passed opens the sockets, or takes over those that listen already
  /// @param memory what all connections together may hold
  public Listeners(RandomGenerator random, ListeningSockets passed, MemoryBudget memory) {
    this.passed = passed;
    this.memory = memory;
    this.random = random;
    int cores = Runtime.getRuntime().availableProcessors();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            cores, new DefaultThreadFactory("facteur-net"), ListeningSockets.ioHandlers());
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
  public InetSocketAddress bind(InetSocketAddress address, Supplier<ConnectionSetup> door)
      throws IOException {
    Channel socket = passed.open(bootstrap(door), address);
    sockets.add(socket);
    return (InetSocketAddress) socket.localAddress();
  }

  private ServerBootstrap bootstrap(Supplier<ConnectionSetup> door) {
    var counted = new ConnectionLimits();
    limits.add(counted);
    return new ServerBootstrap()
        .group(loops)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.SO_SNDBUF, SYSTEM_UNSENT)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT)
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

  private void admit(Channel channel, ConnectionSetup door, ConnectionLimits counted) {
    var shared = new Connection.Shared(counted, memory, blocking);
    var connection = new Connection(channel, door, shared, newId(), connections::remove);
    connections.add(connection);
    channel.pipeline().addLast(new ConnectionHandler(connection));
    if (draining) {
      connection.drain();
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
    connections.forEach(Connection::drain);
    var gone =
        CompletableFuture.allOf(
            connections.stream().map(Connection::gone).toArray(CompletableFuture<?>[]::new));
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
    connections.forEach(Connection::abort);
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
