package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server killed between its 250 and delivery loses nothing.
class KillTest {
  private static final int MESSAGES = 200;
  private static final int CLIENTS = 4;

  @TempDir private Path directory;

  /// A message that was answered with 250, by id, with the SHA-256 of its body.
  private final Map<String, String> accepted = new ConcurrentHashMap<>();

  @ParameterizedTest(name = "while the other side puts off all mail: {0}")
  @ValueSource(booleans = {true, false})
  void whatWasAcceptedBeforeTheKillIsDeliveredOrReportedAfterIt(boolean busy) throws Exception {
    long seed = Long.getLong("facteur.seed", 5321);
    var random = new Random(seed);
    int killAfter = 1 + random.nextInt(MESSAGES - 1);
    System.out.println("seed " + seed + ": kill after " + killAfter + " of " + MESSAGES);
    try (var world = new World(directory);
        var mx = new RecordingMx(world.theirMx(), busy)) {
      var submission = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
      Site site = Site.build(world, 0, submission.getPort());
      ServerProcess first = ServerProcess.start(site, submission);
      try {
        submitUntilKilled(world, submission, first, killAfter, random.nextInt(5), seed);
      } finally {
        first.kill();
      }
      assertTrue(accepted.size() >= killAfter, () -> accepted.size() + " accepted");
      assertTrue(!busy || mx.taken().isEmpty());
      mx.recover();
      try (var second = ServerProcess.start(site, submission)) {
        Await.until(
            () -> missing(mx, site) + " are missing; " + second.log(),
            () -> missing(mx, site) == 0);
      }
      compare(mx, site);
    }
  }

  private void submitUntilKilled(
      World world,
      InetSocketAddress submission,
      ServerProcess server,
      int killAfter,
      int delayMillis,
      long seed)
      throws Exception {
    var reached = new CountDownLatch(killAfter);
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (int c = 0; c < CLIENTS; c++) {
        int client = c;
        var _ = clients.submit(() -> submit(world, submission, client, seed, reached));
      }
      assertTrue(reached.await(60, TimeUnit.SECONDS), server::log);
      Thread.sleep(delayMillis);
      server.kill();
    }
  }

  private Void submit(
      World world, InetSocketAddress submission, int client, long seed, CountDownLatch reached)
      throws IOException {
    var random = new Random(seed + client);
    try (var link = SmtpLink.open(submission).login(world.trust(), Site.ALICE, Site.PASSWORD)) {
      for (int i = client; i < MESSAGES; i += CLIENTS) {
        String id = "kill-" + seed + "-" + i;
        // Some bodies are long enough to lie in files of their own.
        Mail mail = Mail.of(Site.ALICE, "carol@example.net", id, body(random, id));
        String reply = link.send(Site.ALICE, "carol@example.net", mail);
        if (!reply.startsWith("250")) {
          throw new AssertionError(reply);
        }
        accepted.put(id, sha256(mail.body()));
        reached.countDown();
      }
    }
    return null;
  }

  private static String body(Random random, String id) {
    int lines = random.nextInt(10) == 0 ? 5000 : 1 + random.nextInt(20);
    var body = new StringBuilder(id).append('\n');
    for (int i = 0; i < lines; i++) {
      body.append(Long.toHexString(random.nextLong()).repeat(4)).append('\n');
    }
    return body.toString();
  }

  private long missing(RecordingMx mx, Site site) throws IOException {
    Map<String, List<Mail>> delivered = mx.bySubject();
    String reports = reports(site);
    return accepted.keySet().stream()
        .filter(id -> !delivered.containsKey(id) && !reports.contains(id))
        .count();
  }

  /// The reports that Alice got of what could not be delivered, as one text.
  private static String reports(Site site) throws IOException {
    var text = new StringBuilder();
    for (Mail mail : site.mailbox(Site.ALICE).mails()) {
      text.append(mail.text());
    }
    return text.toString();
  }

  private void compare(RecordingMx mx, Site site) throws Exception {
    Map<String, List<Mail>> delivered = mx.bySubject();
    String reports = reports(site);
    int duplicates = 0;
    int unanswered = 0;
    for (Map.Entry<String, List<Mail>> entry : delivered.entrySet()) {
      duplicates += entry.getValue().size() - 1;
      unanswered += accepted.containsKey(entry.getKey()) ? 0 : 1;
      for (Mail mail : entry.getValue()) {
        assertEquals(2, mail.fields("DKIM-Signature").size(), entry.getKey());
      }
    }
    for (Map.Entry<String, String> message : accepted.entrySet()) {
      List<Mail> copies = delivered.getOrDefault(message.getKey(), List.of());
      assertFalse(copies.isEmpty() && !reports.contains(message.getKey()), message.getKey());
      for (Mail copy : copies) {
        assertEquals(message.getValue(), sha256(copy.body()), message.getKey());
      }
    }
    System.out.println(
        accepted.size()
            + " accepted, "
            + delivered.size()
            + " delivered, of which "
            + unanswered
            + " whose 250 was lost with the server, "
            + duplicates
            + " duplicates");
  }

  private static String sha256(String body) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(body.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
