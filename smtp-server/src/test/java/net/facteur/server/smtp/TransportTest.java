package net.facteur.server.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.MemoryBudget;
import net.facteur.server.net.TransportSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class TransportTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofMinutes(5);

  private TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private void start(
      TransportSettings.Times times,
      TransportSettings.Connections connections,
      List<AddressBlock> proxies)
      throws IOException {
    server =
        new TestServer()
            .start(
                SmtpClient.Listener.RECEPTION,
                SmtpSettings.of("mail.example.org"),
                new TransportSettings(times, connections, proxies, List.of()));
  }

  private void start(TransportSettings.Times times) throws IOException {
    start(times, TransportSettings.Connections.DEFAULTS, List.of());
  }

  private static List<AddressBlock> loopback() throws IOException {
    return List.of(AddressBlock.around(InetAddress.getByAddress(new byte[] {127, 0, 0, 0}), 8));
  }

  @Test
  void commandsThatNeverComeEndTheSession() throws IOException {
    start(new TransportSettings.Times(SHORT, LONG, LONG, 8_192, LONG, LONG, Duration.ZERO));
    try (var c = server.dial()) {
      c.expect("220").send("EH").expect("421 4.4.2").expectEnd();
    }
  }

  @Test
  void anOctetNowAndThenDoesNotKeepACommandAlive() throws Exception {
    start(new TransportSettings.Times(SHORT, LONG, LONG, 8_192, LONG, LONG, Duration.ZERO));
    try (var c = server.dial()) {
      c.expect("220");
      var trickle = Thread.ofVirtual().start(() -> trickle(c));
      c.expect("421 4.4.2").expectEnd();
      trickle.join();
    }
  }

  @Test
  void anOctetNowAndThenDoesNotKeepContentAlive() throws Exception {
    start(new TransportSettings.Times(LONG, LONG, SHORT, 8_192, LONG, LONG, Duration.ZERO));
    try (var c = server.dial()) {
      c.open().say("DATA", "354");
      var trickle = Thread.ofVirtual().start(() -> trickle(c));
      c.expect("421 4.4.2 Content").expectEnd();
      trickle.join();
    }
    while (server.openStages.get() > 0) {
      Thread.onSpinWait();
    }
    assertEquals(0, server.messages.size());
  }

  private static void trickle(SmtpDialog c) {
    try {
      while (true) {
        c.send("x");
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException _) {
      // The server has closed, which is what the test waits for.
    }
  }

  @Test
  void aSilenceWithinContentEndsTheSession() throws IOException {
    start(new TransportSettings.Times(LONG, SHORT, LONG, 8_192, LONG, LONG, Duration.ZERO));
    try (var c = server.dial()) {
      c.open().say("DATA", "354").send("A: b\r\n").expect("421 4.4.2").expectEnd();
    }
  }

  @Test
  void aServiceThatNeverAnswersEndsTheSession() throws IOException {
    start(new TransportSettings.Times(LONG, LONG, LONG, 8_192, LONG, SHORT, Duration.ZERO));
    server.mailReply = new CompletableFuture<>();
    try (var c = server.dial()) {
      c.ehlo().say("MAIL FROM:<a@example.org>", "421 4.3.0").expectEnd();
    }
  }

  @Test
  void earlyTalkersAreRefusedWhereTheGreetingIsDelayed() throws IOException {
    start(new TransportSettings.Times(LONG, LONG, LONG, 8_192, LONG, LONG, SHORT));
    try (var early = server.dial();
        var patient = server.dial()) {
      early.send("EHLO client.example\r\n").expect("554 5.5.1").expectEnd();
      patient.ehlo().say("QUIT", "221");
    }
  }

  @Test
  void hostsOfOurOwnAreGreetedAtOnce() throws IOException {
    var slow = new TransportSettings.Times(LONG, LONG, LONG, 8_192, LONG, LONG, LONG);
    server =
        new TestServer()
            .start(
                SmtpClient.Listener.RECEPTION,
                SmtpSettings.of("mail.example.org"),
                new TransportSettings(
                    slow, TransportSettings.Connections.DEFAULTS, List.of(), loopback()));
    try (var c = server.dial()) {
      c.send("EHLO client.example\r\n").expect("220").expect("250").say("QUIT", "221");
    }
  }

  @Test
  void connectionsPastTheLimitsGet421() throws Exception {
    start(TransportSettings.Times.DEFAULTS, new TransportSettings.Connections(10, 2), List.of());
    try (var one = server.dial();
        var two = server.dial()) {
      one.ehlo();
      two.ehlo();
      try (var three = server.dial()) {
        three.expect("421 4.3.2").expectEnd();
      }
      one.say("QUIT", "221").expectEnd();
      while (server.server().connections() > 1) {
        Thread.onSpinWait();
      }
      try (var four = server.dial()) {
        four.ehlo();
      }
    }
  }

  @Test
  void trustedProxiesNameTheClient() throws Exception {
    start(TransportSettings.Times.DEFAULTS, TransportSettings.Connections.DEFAULTS, loopback());
    try (var c = server.dial()) {
      c.send("PROXY TCP4 192.0.2.7 198.51.100.1 4711 25\r\n").ehlo().say("QUIT", "221").expectEnd();
    }
    ended(1);
    try (var c = server.dial()) {
      // Version 2, PROXY, TCP over IPv6.
      c.send(
              HexFormat.of()
                  .parseHex(
                      "0D0A0D0A000D0A515549540A21210024"
                          + "20010DB8000000000000000000000001"
                          + "20010DB8000000000000000000000002"
                          + "12670019"))
          .ehlo()
          .say("QUIT", "221")
          .expectEnd();
    }
    ended(2);
    try (var c = server.dial()) {
      c.send("PROXY UNKNOWN\r\n").ehlo().say("QUIT", "221").expectEnd();
    }
    ended(3);
    assertEquals(
        List.of("192.0.2.7", "2001:db8:0:0:0:0:0:1", "127.0.0.1"),
        server.ended.stream().map(e -> e.remote().getAddress().getHostAddress()).toList());
    assertEquals(4711, server.ended.getFirst().remote().getPort());
  }

  /// Waits for the end of so many sessions: the client may see it before the server counts it.
  private void ended(int sessions) {
    while (server.ended.size() < sessions) {
      Thread.onSpinWait();
    }
  }

  private static final byte[] LOCAL = HexFormat.of().parseHex("0D0A0D0A000D0A515549540A20000000");
  private static final String V2 = "0D0A0D0A000D0A515549540A";

  @Test
  void aProxyMayLookWhetherTheServerIsThere() throws Exception {
    start(TransportSettings.Times.DEFAULTS, TransportSettings.Connections.DEFAULTS, loopback());
    try (var c = server.dial()) {
      c.send(LOCAL).ehlo().say("QUIT", "221").expectEnd();
    }
    while (server.ended.isEmpty()) {
      Thread.onSpinWait();
    }
    assertEquals("127.0.0.1", server.ended.getFirst().remote().getAddress().getHostAddress());
  }

  @ParameterizedTest
  @MethodSource("wrongHeaders")
  void aTrustedProxyThatSendsNoHeaderIsNotSpokenTo(byte[] octets) throws Exception {
    start(
        new TransportSettings.Times(LONG, LONG, LONG, 8_192, LONG, LONG, Duration.ZERO),
        TransportSettings.Connections.DEFAULTS,
        loopback());
    try (var c = server.dial()) {
      c.send(octets).expectEnd();
    }
    while (server.server().connections() > 0) {
      Thread.onSpinWait();
    }
    assertEquals(0, server.ended.size());
  }

  static Stream<byte[]> wrongHeaders() {
    return Stream.concat(
        Stream.of(
                "EHLO client.example\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 65536\r\n",
                "PROXY TCP4 192.0.2.7 2001:db8::1 4711 25\r\n",
                "PROXY TCP4 client.example 198.51.100.1 4711 25\r\n",
                "PROXY TCP5 192.0.2.7 198.51.100.1 4711 25\r\n",
                "proxy tcp4 192.0.2.7 198.51.100.1 4711 25\r\n",
                "PROXY " + "x".repeat(200))
            .map(text -> text.getBytes(US_ASCII)),
        Stream.of(
                V2 + "31" + "11" + "000C" + "C0000207" + "C6336401" + "12670019", // version 3
                V2 + "23" + "11" + "000C" + "C0000207" + "C6336401" + "12670019", // no command
                V2 + "21" + "11" + "0004" + "C0000207", // too short for two addresses
                V2 + "21" + "11" + "FFFF" + "00".repeat(4_000)) // longer than any proxy needs
            .map(HexFormat.of()::parseHex));
  }

  @Test
  void aHeaderThatNeverComesEndsTheConnection() throws Exception {
    start(
        new TransportSettings.Times(LONG, LONG, LONG, 8_192, SHORT, LONG, Duration.ZERO),
        TransportSettings.Connections.DEFAULTS,
        loopback());
    try (var c = server.dial()) {
      c.send("PROXY TCP4 192.0").expectEnd();
    }
  }

  @Test
  void clientsBehindAProxyAreCountedByTheirOwnNetworks() throws Exception {
    start(TransportSettings.Times.DEFAULTS, new TransportSettings.Connections(10, 1), loopback());
    try (var one = server.dial();
        var other = server.dial();
        var again = server.dial()) {
      one.send("PROXY TCP4 192.0.2.7 198.51.100.1 4711 25\r\n").ehlo();
      other.send("PROXY TCP4 203.0.113.7 198.51.100.1 4711 25\r\n").ehlo();
      again.send("PROXY TCP4 192.0.2.8 198.51.100.1 4711 25\r\n").expect("421").expectEnd();
    }
  }

  @Test
  void hostsOfOurOwnMayMakeErrors() throws Exception {
    var plain = TransportSettings.DEFAULTS;
    for (TransportSettings settings : List.of(plain, plain.withFriends(loopback()))) {
      server.close();
      server =
          new TestServer()
              .start(SmtpClient.Listener.RECEPTION, SmtpSettings.of("mail.example.org"), settings);
      try (var c = server.dial()) {
        c.ehlo().say("MAIL FROM:<a@example.org>", "250");
        for (int i = 1; i < 20; i++) {
          c.say("RCPT TO:<unknown@example.org>", "550");
        }
        c.say("RCPT TO:<unknown@example.org>", settings.equals(plain) ? "421 4.7.0" : "550");
      }
    }
  }

  @Test
  void othersMayNotNameTheClient() throws Exception {
    start(TransportSettings.Times.DEFAULTS);
    try (var c = server.dial()) {
      c.send("PROXY TCP4 192.0.2.7 198.51.100.1 4711 25\r\n").expect("220").expect("500");
    }
  }

  @Test
  void drainingLetsBusySessionsFinishAndSendsIdleOnesAway() throws Exception {
    start(TransportSettings.Times.DEFAULTS);
    try (var idle = server.dial();
        var busy = server.dial()) {
      idle.ehlo();
      busy.open().say("DATA", "354").send("A: b\r\n");
      var drained = CompletableFuture.supplyAsync(() -> server.server().drain(LONG));
      idle.expect("421 4.3.2").expectEnd();
      assertFalse(drained.isDone());
      busy.send("\r\nbody\r\n.\r\n").expect("250 2.0.0 OK").expect("421 4.3.2").expectEnd();
      assertTrue(drained.get());
      assertEquals(1, server.messages.size());
    }
  }

  @Test
  void aPeerThatSendsFarAheadIsHeldBackAndLosesNothing() throws Exception {
    start(TransportSettings.Times.DEFAULTS);
    var slow = new CompletableFuture<SmtpReply>();
    server.mailReply = slow;
    try (var c = server.dial()) {
      c.ehlo().send("MAIL FROM:<a@example.org>\r\n");
      int count = 200_000;
      var flood =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      c.send("NOOP\r\n".repeat(count));
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      while (server.mails.isEmpty()) {
        Thread.onSpinWait();
      }
      slow.complete(TestServer.OK);
      for (int i = 0; i < count + 1; i++) {
        c.expect("250");
      }
      flood.join();
      c.say("QUIT", "221");
    }
  }

  @Test
  void aPeerThatReadsNoRepliesIsNotReadFromEither() throws Exception {
    start(TransportSettings.Times.DEFAULTS);
    try (var c = SocketChannel.open(new InetSocketAddress(LOOPBACK, server.port()))) {
      c.configureBlocking(false);
      long sent = sendUntilHeldBack(c);
      assertTrue(sent < MOST_IN_FLIGHT, "the server took " + sent + " octets");
      long commands = sent / COMMAND.length();
      c.configureBlocking(true);
      // The greeting, and every command's reply.
      long replies = commands + 1;
      var in = new BufferedReader(Channels.newReader(c, US_ASCII));
      for (long i = 0; i < replies; i++) {
        String line = in.readLine();
        assertTrue(line != null && line.startsWith("2"), line);
      }
    }
  }

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final String COMMAND = "NOOP\r\n";

  /// More than the buffers of two sockets hold.
  private static final long MOST_IN_FLIGHT = 64L << 20;

  /// Sends until the peer has taken nothing for two seconds.
  private static long sendUntilHeldBack(SocketChannel c) throws Exception {
    byte[] flood = COMMAND.repeat(4_000).getBytes(US_ASCII);
    long sent = 0;
    int idle = 0;
    var octets = ByteBuffer.wrap(flood);
    while (sent < MOST_IN_FLIGHT && idle < 40) {
      int now = c.write(octets);
      sent += now;
      idle = now == 0 ? idle + 1 : 0;
      if (now == 0) {
        Thread.sleep(50);
      }
      if (!octets.hasRemaining()) {
        octets.rewind();
      }
    }
    return sent;
  }

  @Test
  void whereAllConnectionsAreTakenTheLongestIdleGoes() throws Exception {
    start(TransportSettings.Times.DEFAULTS, new TransportSettings.Connections(2, 100), List.of());
    try (var longest = server.dial();
        var content = server.dial()) {
      longest.ehlo();
      content.open().say("DATA", "354").send("A: b\r\n");
      SmtpDialog newcomer = untilLetIn();
      longest.expect("421 4.3.2").expectEnd();
      newcomer.say("EHLO client.example", "250");
      try (newcomer) {
        SmtpDialog next = untilLetIn();
        next.say("QUIT", "221");
        next.close();
      }
      content.expect("421 4.3.2").expectEnd();
    }
    while (server.openStages.get() > 0) {
      Thread.onSpinWait();
    }
  }

  /// Dials again and again until somebody has been idle for long enough to go.
  private SmtpDialog untilLetIn() throws Exception {
    while (true) {
      SmtpDialog c = server.dial();
      if (c.reply().startsWith("220")) {
        return c;
      }
      c.close();
      Thread.sleep(50);
    }
  }

  private void startWithLittleMemory() throws IOException {
    server = new TestServer();
    server.memory = new MemoryBudget(MemoryBudget.LEAST);
    server.start(
        SmtpClient.Listener.RECEPTION,
        SmtpSettings.of("mail.example.org"),
        TransportSettings.DEFAULTS);
  }

  @Test
  void aHeaderThatFindsNoMemoryIsRefusedWith452AndTheNextMessageIsTaken() throws IOException {
    startWithLittleMemory();
    long before = server.memory.left();
    String header = ("A: " + "x".repeat(900) + "\r\n").repeat(280);
    try (var first = server.dial();
        var c = server.dial()) {
      c.open();
      first.open().say("DATA", "354").send(header);
      while (server.memory.left() > before - 400_000) {
        Thread.onSpinWait();
      }
      c.say("DATA", "354").send(header);
      c.send("\r\nbody\r\n.\r\n").expect("452 4.3.1");
      first.send("\r\nbody\r\n.\r\n").expect("250");
      first.say("QUIT", "221").expectEnd();
      c.say("MAIL FROM:<a@example.org>", "250").say("RCPT TO:<b@example.org>", "250");
      c.say("DATA", "354").send("A: b\r\n\r\nbody\r\n.\r\n").expect("250");
      c.say("QUIT", "221").expectEnd();
    }
    allGivenBack(before);
  }

  @Test
  void recipientsThatFindNoMemoryAreRefusedWith452UntilTheTransactionIsOver() throws IOException {
    startWithLittleMemory();
    long before = server.memory.left();
    try (var c = server.dial()) {
      c.ehlo().say("MAIL FROM:<a@example.org>", "250");
      int taken = 0;
      String reply = "250";
      while (reply.startsWith("250") && taken < 1000) {
        c.send("RCPT TO:<b" + taken++ + "@example.org>\r\n");
        reply = c.reply();
      }
      assertTrue(reply.startsWith("452 4.3.1"), reply);
      assertTrue(taken > 100, "after " + taken);
      c.say("RSET", "250").say("MAIL FROM:<a@example.org>", "250");
      c.say("RCPT TO:<b@example.org>", "250");
    }
    allGivenBack(before);
  }

  @Test
  void aClientThatLeavesWhileItsMessageIsDecidedOnPaysUntilThen() throws Exception {
    startWithLittleMemory();
    long before = server.memory.left();
    var decision = new CompletableFuture<SmtpReply>();
    server.endReply = decision;
    try (var c = server.dial()) {
      c.open().say("DATA", "354").send(("A: " + "x".repeat(900) + "\r\n").repeat(100));
      c.send("\r\nbody\r\n.\r\n");
      while (server.messages.isEmpty()) {
        Thread.onSpinWait();
      }
      c.reset();
    }
    while (server.ended.isEmpty()) {
      Thread.onSpinWait();
    }
    assertTrue(server.memory.left() < before - 100_000, () -> "left: " + server.memory.left());
    decision.complete(TestServer.OK);
    allGivenBack(before);
  }

  private void allGivenBack(long before) {
    while (server.memory.left() < before) {
      Thread.onSpinWait();
    }
    assertEquals(before, server.memory.left());
  }

  @Test
  void randomSessionsNeverHarmTheServer() throws Exception {
    start(
        new TransportSettings.Times(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            8_192,
            LONG,
            LONG,
            Duration.ZERO));
    long seed = Long.getLong("facteur.seed", 5321);
    System.getLogger("fuzz").log(System.Logger.Level.INFO, "seed {0}", Long.toString(seed));
    var random = new Random(seed);
    String[] words = {
      "EHLO x\r\n",
      "MAIL FROM:<a@b>\r\n",
      "RCPT TO:<c@d>\r\n",
      "DATA\r\n",
      "BDAT 5\r\n",
      "BDAT 3 LAST\r\n",
      "RSET\r\n",
      ".\r\n",
      "\r\n",
      "\r",
      "\n",
      ".",
      "A: b",
      "AUTH PLAIN x\r\n",
      "STARTTLS\r\n",
      "\0",
      "ä",
      "<",
      "SIZE=",
      "QUIT\r\n"
    };
    for (int session = 0; session < 300; session++) {
      try (var c = server.dial()) {
        for (int i = random.nextInt(40); i > 0; i--) {
          if (random.nextInt(3) == 0) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            c.send(noise);
          } else {
            c.send(words[random.nextInt(words.length)]);
          }
        }
      } catch (IOException _) {
        // Closed on us, as it may be.
      }
    }
    try (var c = server.dial()) {
      c.open()
          .say("DATA", "354")
          .send("A: b\r\n\r\nlast\r\n.\r\n")
          .expect("250")
          .say("QUIT", "221");
    }
    while (server.server().connections() > 0 || server.openStages.get() > 0) {
      Thread.sleep(10);
    }
    assertEquals("A: b\r\n\r\nlast\r\n", server.messages.getLast().text(), "seed " + seed);
  }
}
