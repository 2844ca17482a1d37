package net.facteur.queue.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.sql.SqliteStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A queue that is full of mail nobody takes. These are measurements, which need a quiet machine.
@Tag("long")
class LargeQueueTest {
  private static final Destination LIVE = new Destination("mx:live.test");
  private static final int DEAD_DESTINATIONS = 1000;
  private static final int DEAD_MESSAGES = 100_000;
  private static final int LIVE_MESSAGES = 10_000;
  private static final int ROUNDS = 11;
  private static final int QUEUED = 1_000_000;

  @TempDir private Path directory;
  private final Random random = new Random(17);
  private final AtomicLong delivered = new AtomicLong();

  private Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    boolean live = attempt.destination().equals(LIVE);
    if (live) {
      delivered.addAndGet(attempt.recipients().size());
    } else {
      pause(Duration.ofMillis(300));
    }
    DeliveryOutcome outcome =
        live
            ? new DeliveryOutcome.Delivered(
                EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), true, false)
            : new DeliveryOutcome.Deferred(
                EnhancedStatusCode.of(4, 4, 1),
                "connection timed out",
                Optional.empty(),
                true,
                Optional.empty());
    return attempt.recipients().stream().collect(Collectors.toMap(r -> r, _ -> outcome));
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private QueueRunner open(String name) throws IOException {
    QueueSettings settings = QueueSettings.in(directory.resolve(name));
    return new QueueRunner(
        settings,
        SqliteStore.open(settings, InstantSource.system()),
        this::deliver,
        _ -> Optional.empty(),
        InstantSource.system(),
        random,
        new VirtualThreadWorkers());
  }

  private void enqueue(QueueRunner runner, int messages, List<Destination> destinations)
      throws InterruptedException {
    var room = new Semaphore(500);
    var all = new ArrayList<CompletableFuture<QueueId>>();
    for (int i = 0; i < messages; i++) {
      room.acquire();
      Instant now = Instant.now();
      Destination destination = destinations.get(i % destinations.size());
      all.add(
          runner
              .enqueue(
                  Mail.of(
                      Mail.id(now, random),
                      now,
                      new byte[2000],
                      Mail.ALICE,
                      Mail.to("bob", destination)))
              .whenComplete((_, _) -> room.release())
              .toCompletableFuture());
    }
    all.forEach(CompletableFuture::join);
  }

  /// Messages a second to the live destination.
  private double rate(QueueRunner runner) throws InterruptedException {
    long goal = delivered.get() + LIVE_MESSAGES;
    long began = System.nanoTime();
    enqueue(runner, LIVE_MESSAGES, List.of(LIVE));
    while (delivered.get() < goal) {
      pause(Duration.ofMillis(1));
    }
    return LIVE_MESSAGES * 1e9 / (System.nanoTime() - began);
  }

  private static double middle(List<Double> rates) {
    return rates.stream().sorted().skip(rates.size() / 2).findFirst().orElseThrow();
  }

  /// Two queues take turns, since the speed of a machine changes from minute to minute.
  @Test
  void deadDestinationsDoNotSlowALiveOne() throws IOException, InterruptedException {
    QueueRunner empty = open("empty");
    QueueRunner full = open("full");
    try {
      empty.start();
      full.start();
      var dead = new ArrayList<Destination>();
      for (int i = 0; i < DEAD_DESTINATIONS; i++) {
        dead.add(new Destination("mx:dead" + i + ".test"));
      }
      enqueue(full, DEAD_MESSAGES, dead);
      // Each of them is tried once, and what waits behind it put off.
      while (full.resting(DEAD_DESTINATIONS).size() < DEAD_DESTINATIONS * 9 / 10) {
        pause(Duration.ofMillis(100));
      }
      pause(Duration.ofSeconds(10));
      var alone = new ArrayList<Double>();
      var together = new ArrayList<Double>();
      for (int round = 0; round < ROUNDS; round++) {
        alone.add(rate(empty));
        together.add(rate(full));
      }
      System.out.printf(
          "live messages/s: alone %.0f, among the dead %.0f%n", middle(alone), middle(together));
      assertTrue(
          middle(together) > 0.9 * middle(alone), "among the dead " + together + " of " + alone);
    } finally {
      empty.close();
      full.close();
    }
  }

  @Test
  void aMillionQueuedMessagesStartAtOnceAndDoNotFillTheMemory()
      throws IOException, SQLException, InterruptedException {
    SqliteStore.open(QueueSettings.in(directory.resolve("queue")), InstantSource.system()).close();
    fill();
    System.gc();
    long before = used();
    long began = System.nanoTime();
    QueueRunner runner = open("queue");
    try {
      runner.start();
      enqueue(runner, 1, List.of(LIVE));
      while (delivered.get() < 2) {
        pause(Duration.ofMillis(1));
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      pause(Duration.ofSeconds(20));
      System.gc();
      long grown = (used() - before) >> 20;
      System.out.printf("start %.2f s, memory grown by %d MiB%n", seconds, grown);
      assertTrue(seconds < 5, seconds + " s");
      assertTrue(grown < 128, grown + " MiB");
    } finally {
      runner.close();
    }
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /// A million messages to dead destinations, half of them due, and one to a live one.
  private void fill() throws SQLException {
    long now = Instant.now().toEpochMilli();
    String rows =
        "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < " + QUEUED + ")";
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("queue/queue.db"));
        Statement s = connection.createStatement()) {
      s.execute("PRAGMA synchronous = OFF");
      s.execute("BEGIN");
      s.execute(
          "INSERT INTO message (seq, id, received, origin, size, body_type, smtputf8, require_tls,"
              + " priority) "
              + rows
              + " SELECT n, printf('%016d', n), "
              + now
              + ", 'test', 2000, '8BITMIME', 0, 0, 'NORMAL' FROM i");
      s.execute(
          "INSERT INTO content (seq, header, body, body_size) "
              + rows
              + " SELECT n, x'0d0a', zeroblob(500), 500 FROM i");
      s.execute(
          "INSERT INTO recipient (seq, n, reverse_path, address, destination, state, next_attempt,"
              + " attempts, delay_reported) "
              + rows
              + " SELECT n, 0, 'alice@example.org', 'bob@example.net',"
              + " CASE n WHEN 1 THEN 'mx:live.test' ELSE 'mx:dead' || (n % "
              + DEAD_DESTINATIONS
              + ") || '.test' END, 'queued', "
              + now
              + " + (n % 2) * 3600000 * (n > 1), 1, 0 FROM i");
      s.execute("COMMIT");
    }
  }
}
