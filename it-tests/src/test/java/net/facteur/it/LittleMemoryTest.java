package net.facteur.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.demo.NameServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The server with the heap that it gets on a machine of 512 MB, while a crowd tries to use up its
/// memory in every way at once, and an honest client sends mail all the same.
class LittleMemoryTest {
  /// What the launcher gives of 512 MB: 40 %.
  private static final String HEAP = "-Xmx205m";

  /// Octets that the process may use in all, heap or not.
  private static final long MACHINE = 512L << 20;

  private static final int NETWORKS = 9;
  private static final String SILENT = "silent.test";

  @TempDir private Path directory;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong refusals = new AtomicLong();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @Test
  void anHonestClientIsServedUnderAllAttacksAtOnce() throws Exception {
    attack(40, 25);
  }

  @Test
  @Tag("long")
  void andForAsLongAsTheyGoOn() throws Exception {
    attack(100, 2_000);
  }

  /// @param clients of each network of the crowd
  /// @param messages that the honest client sends
  private void attack(int clients, int messages) throws Exception {
    try (var world = new World(directory)) {
      var submission = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
      var reception = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
      var web = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
      Site site = Site.build(world, reception.getPort(), submission.getPort());
      site.configure("listen.acme = [\"127.0.0.2:" + web.getPort() + "\"]\n");
      for (String name : List.of(SILENT, "_dmarc." + SILENT, "s._domainkey." + SILENT)) {
        world.names().fail(DomainName.of(name), NameServer.Failure.SILENCE);
      }
      try (var server = ServerProcess.startWith(site, submission, List.of(HEAP));
          var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
        try {
          crowd(crowd, reception, clients);
          idle(web, site.data().resolve("control"));
          List<Long> millis = honest(reception, messages, server);
          report(millis, server);
          assertTrue(refusals.get() > 0, "nobody was refused anything");
        } finally {
          over.set(true);
          crowd.shutdownNow();
          closeAll();
        }
        long most = server.mostMemory();
        System.out.println("most memory in use: " + (most >> 20) + " MiB");
        assertTrue(most < MACHINE, () -> "used " + most);
        // Everything was given back: a large header finds room again.
        Await.until(server::log, () -> takesLargeHeader(reception));
        assertTrue(!server.log().contains("OutOfMemory"), server::log);
      }
    }
  }

  /// False as well while the connections of the crowd are still being closed.
  private static boolean takesLargeHeader(InetSocketAddress reception) throws Exception {
    Mail large = Mail.of("a@other.test", Site.BOB, "afterwards " + "x".repeat(900), "body\n");
    try (var link = SmtpLink.open(reception, source(1), "client.test")) {
      return link.send("a@other.test", Site.BOB, large).startsWith("250");
    } catch (AssertionError _) {
      return false;
    }
  }

  private void crowd(ExecutorService crowd, InetSocketAddress reception, int clients) {
    for (int network = 1; network <= NETWORKS; network++) {
      for (int i = 0; i < clients; i++) {
        InetAddress source = source(network);
        int kind = i % 4;
        crowd.execute(
            () -> {
              while (!over.get()) {
                try {
                  switch (kind) {
                    case 0 -> unread(reception, source);
                    case 1 -> unfinishedHeader(reception, source);
                    case 2 -> recipients(reception, source);
                    default -> silentNames(reception, source);
                  }
                } catch (IOException | InterruptedException | AssertionError _) {
                  refusals.incrementAndGet();
                  pause();
                }
              }
            });
      }
    }
  }

  /// Each network is one /24 of its own.
  private static InetAddress source(int network) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, (byte) (100 + network), 1});
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Sends commands and never reads what they are answered with.
  private void unread(InetSocketAddress reception, InetAddress source)
      throws IOException, InterruptedException {
    try (var channel = SocketChannel.open()) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      channel.bind(new InetSocketAddress(source, 0));
      channel.connect(reception);
      channel.configureBlocking(false);
      byte[] flood = "HELP\r\n".repeat(5_000).getBytes(US_ASCII);
      while (!over.get()) {
        if (channel.write(ByteBuffer.wrap(flood)) == 0) {
          Thread.sleep(500);
        }
      }
    }
  }

  /// A header of a quarter of a MiB that does not end.
  private void unfinishedHeader(InetSocketAddress reception, InetAddress source)
      throws IOException, InterruptedException {
    try (var link = SmtpLink.open(reception, source, "crowd.test")) {
      if (link.begin("a@" + SILENT, Site.BOB).startsWith("354")) {
        link.write(("X: " + "x".repeat(990) + "\r\n").repeat(250));
        Thread.sleep(5_000);
        link.write("\r\n.\r\n");
        count(link.reply());
      }
    }
  }

  /// As many recipients as are taken.
  private void recipients(InetSocketAddress reception, InetAddress source)
      throws IOException, InterruptedException {
    try (var link = SmtpLink.open(reception, source, "crowd.test")) {
      link.command("MAIL FROM:<a@other.test>");
      String reply = "250";
      for (int i = 0; i < 1000 && reply.startsWith("250"); i++) {
        reply = link.command("RCPT TO:<bob+" + "t".repeat(40) + i + "@example.org>");
      }
      count(reply);
      Thread.sleep(2_000);
    }
  }

  /// A whole message from a domain whose name servers never answer.
  private void silentNames(InetSocketAddress reception, InetAddress source) throws IOException {
    try (var link = SmtpLink.open(reception, source, SILENT)) {
      if (link.begin("a@" + SILENT, Site.BOB).startsWith("354")) {
        link.write("From: a@" + SILENT + "\r\n");
        link.write(("X: " + "x".repeat(990) + "\r\n").repeat(240) + "\r\nbody\r\n.\r\n");
        count(link.reply());
      }
    }
  }

  private void count(String reply) {
    if (!reply.startsWith("2")) {
      refusals.incrementAndGet();
    }
  }

  private void idle(InetSocketAddress web, Path control) throws IOException {
    for (int i = 0; i < 250; i++) {
      var socket = new Socket();
      opened.add(socket);
      socket.bind(new InetSocketAddress(source(1), 0));
      socket.connect(web);
    }
    for (int i = 0; i < 20 && Files.exists(control); i++) {
      opened.add(SocketChannel.open(UnixDomainSocketAddress.of(control)));
    }
  }

  private void closeAll() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  /// Sends mail as anybody does, a new connection for each.
  ///
  /// @return how long each took
  private static List<Long> honest(InetSocketAddress reception, int messages, ServerProcess server)
      throws Exception {
    InetAddress client = source(100);
    var millis = new ArrayList<Long>();
    for (int i = 0; i < messages; i++) {
      long start = System.nanoTime();
      try (var link = SmtpLink.open(reception, client, "client.test")) {
        Mail mail = Mail.of("a@other.test", Site.BOB, "honest " + i, "body\n".repeat(2_000));
        String reply = link.send("a@other.test", Site.BOB, mail);
        assertTrue(reply.startsWith("250"), () -> reply + "\n" + server.log());
      }
      millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
      Thread.sleep(100);
    }
    return millis;
  }

  private void report(List<Long> millis, ServerProcess server) {
    long[] sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.println(
        "honest client under attack, ms: median "
            + sorted[sorted.length / 2]
            + ", p99 "
            + sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)]
            + ", most "
            + Arrays.stream(sorted).max().orElse(0)
            + "; refusals to the crowd "
            + refusals
            + "; memory "
            + (server.mostMemory() >> 20)
            + " MiB");
  }
}
