package net.facteur.server.pickup;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.smtp.SmtpReply;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The socket through which programs of this machine hand in mail: a unix domain socket that
/// everybody may write to. The kernel says who does (`SO_PEERCRED`).
///
/// One message for each connection: see [Handed]. The answer is one line, an SMTP reply. A user may
/// hand in 8 messages at once, all together 32; each has a minute. Whoever finds no place keeps the
/// message in the drop directory.
public final class PickupServer implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(PickupServer.class);
  private static final int MOST = 32;
  private static final int MOST_OF_ONE = 8;
  private static final int BUFFER = 16 << 10;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final SmtpReply TOO_MANY =
      SmtpReply.of(421, 4, 3, 2, "Too much is handed in at once, please try again later");

  private final Path socket;
  private final Pickup pickup;
  private final ServerSocketChannel channel;
  private final ScheduledExecutorService timer;
  private final Semaphore places = new Semaphore(MOST);
  private final Map<String, Integer> ofUsers = new ConcurrentHashMap<>();

  private PickupServer(
      Path socket, Pickup pickup, ServerSocketChannel channel, ScheduledExecutorService timer) {
    this.socket = socket;
    this.pickup = pickup;
    this.channel = channel;
    this.timer = timer;
  }

  /// Opens the socket, taking the place of one that a dead server left behind.
  ///
  /// @param timer ends what takes too long
  /// @throws IOException where it cannot be opened, or a running server has it
  public static PickupServer open(Path socket, Pickup pickup, ScheduledExecutorService timer)
      throws IOException {
    if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther()) {
        throw new IOException(
            socket + " is no socket; move it away, or name another path in pickup.socket");
      }
      if (answers(socket)) {
        throw new IOException(socket + " belongs to a server that is running");
      }
      Files.delete(socket);
    }
    var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          "cannot open the socket of sendmail, " + socket + ": " + e.getMessage(), e);
    }
    var server = new PickupServer(socket, pickup, channel, timer);
    Thread.ofVirtual().name("facteur-pickup").start(server::accept);
    return server;
  }

  private static boolean answers(Path socket) {
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void accept() {
    while (true) {
      try {
        SocketChannel client = channel.accept();
        Thread.ofVirtual().name("facteur-pickup-message").start(() -> serve(client));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.warn("pickup socket: {}", e.getMessage());
      }
    }
  }

  private void serve(SocketChannel client) {
    var late = timer.schedule(() -> hangUp(client), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    try (client) {
      String user = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
      if (!enter(user)) {
        answer(client, TOO_MANY);
        return;
      }
      try {
        // Not closed here: that would close the channel before the answer.
        var in = new BufferedInputStream(Channels.newInputStream(client), BUFFER);
        answer(client, pickup.take(user, in).reply());
      } finally {
        leave(user);
      }
    } catch (IOException e) {
      LOG.debug("pickup connection: {}", e.getMessage());
    } finally {
      late.cancel(false);
    }
  }

  private boolean enter(String user) {
    if (!places.tryAcquire()) {
      return false;
    }
    if (ofUsers.merge(user, 1, Integer::sum) > MOST_OF_ONE) {
      leave(user);
      return false;
    }
    return true;
  }

  private void leave(String user) {
    ofUsers.computeIfPresent(user, (_, number) -> number == 1 ? null : number - 1);
    places.release();
  }

  private static void answer(SocketChannel client, SmtpReply reply) throws IOException {
    String status =
        reply.status().map(EnhancedStatusCode::toString).map(text -> text + " ").orElse("");
    String line = reply.code() + " " + status + reply.text() + "\n";
    ByteBuffer octets = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (octets.hasRemaining()) {
      client.write(octets);
    }
  }

  private static void hangUp(SocketChannel client) {
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("pickup connection: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.warn("pickup socket: {}", e.getMessage());
    }
  }
}
