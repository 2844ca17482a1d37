package net.facteur.queue.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.Settlement;
import net.facteur.queue.store.Settlement.Ending;
import net.facteur.queue.store.Settlement.Fate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteCopyTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @TempDir private Path directory;

  private SqliteStore open(Path where) throws IOException {
    return SqliteStore.open(
        QueueSettings.in(where).with(new QueueSettings.Storage(4 << 10, 0, 0, Duration.ofDays(7))),
        InstantSource.fixed(NOW));
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  /// A third of them lie in files.
  private static byte[] body(Random random) {
    var body = new byte[random.nextInt(3) == 0 ? 40_000 : 200];
    random.nextBytes(body);
    return body;
  }

  private static void deliver(SqliteStore store, Consignment put) {
    var outcome =
        new DeliveryOutcome.Delivered(
            EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), false, false);
    await(
        store.settle(
            new Settlement(
                put,
                true,
                NOW,
                Duration.ofMillis(1),
                put.recipients().stream()
                    .map(r -> new Settlement.Entry(r, outcome, new Fate.Leaves(Ending.DELIVERED)))
                    .toList(),
                List.of())));
  }

  /// What arrived before a copy began and left after it ended is in it, whole; what left before it
  /// began is not.
  @Test
  void eachCopyUnderLoadHoldsEveryMessageThatWaitsAndNoneThatHasLeft() throws Exception {
    Path queue = directory.resolve("queue");
    Map<String, byte[]> bodies = new ConcurrentHashMap<>();
    Set<String> taken = ConcurrentHashMap.newKeySet();
    Set<String> leaving = ConcurrentHashMap.newKeySet();
    Set<String> left = ConcurrentHashMap.newKeySet();
    var go = new AtomicBoolean(true);
    try (SqliteStore store = open(queue)) {
      List<Thread> load =
          List.of(1, 2, 3).stream()
              .map(
                  seed ->
                      Thread.ofVirtual()
                          .start(() -> work(store, seed, go, bodies, taken, leaving, left)))
              .toList();
      try {
        for (int i = 0; i < 12; i++) {
          while (taken.size() < 40 * (i + 1)) {
            Thread.onSpinWait();
          }
          Path into = Files.createDirectory(queue.resolve("backup-" + i));
          Set<String> wereTaken = new HashSet<>(taken);
          Set<String> hadLeft = new HashSet<>(left);
          SqliteCopy.Taken copy = SqliteCopy.take(queue, into);
          Set<String> leftBefore = new HashSet<>(leaving);
          check(into, copy, wereTaken, hadLeft, leftBefore, bodies);
        }
      } finally {
        go.set(false);
        for (Thread each : load) {
          each.join();
        }
      }
    }
  }

  private static void work(
      SqliteStore store,
      int seed,
      AtomicBoolean go,
      Map<String, byte[]> bodies,
      Set<String> taken,
      Set<String> leaving,
      Set<String> left) {
    var random = new Random(seed);
    for (int i = 0; go.get() && i < 20_000; i++) {
      QueueId id = Mail.id(NOW.plusMillis(i), random);
      byte[] body = body(random);
      bodies.put(id.text(), body);
      NewMessage mail = Mail.of(id, NOW, body, Mail.ALICE, Mail.to("bob" + i, Mail.NET));
      Consignment put = await(store.put(mail)).getFirst();
      taken.add(id.text());
      if (random.nextInt(4) != 0) {
        leaving.add(id.text());
        deliver(store, put);
        left.add(id.text());
      } else {
        store.release(put);
      }
    }
  }

  private static void check(
      Path into,
      SqliteCopy.Taken copy,
      Set<String> wereTaken,
      Set<String> hadLeft,
      Set<String> leaving,
      Map<String, byte[]> bodies)
      throws IOException {
    var queued = new HashSet<String>();
    SqliteCopy.open(copy.database(), open -> queued.add(open.id()));
    assertEquals(copy.recipients(), queued.size());
    for (String id : hadLeft) {
      assertFalse(queued.contains(id), () -> id + " had left");
    }
    for (String id : wereTaken) {
      assertTrue(queued.contains(id) || leaving.contains(id), () -> id + " is lost");
    }
    try (SqlInspector inspector = SqlInspector.open(into, InstantSource.fixed(NOW))) {
      for (String id : queued) {
        var content = inspector.content(new QueueId(id)).orElseThrow();
        try (InputStream in = content.openBody()) {
          assertArrayEquals(bodies.get(id), in.readAllBytes(), id);
        }
      }
    }
    assertEquals(List.of(), SqliteCopy.examine(copy.database()));
  }

  @Test
  void whatIsHeldWaitsForARelease() throws IOException {
    Path queue = directory.resolve("queue");
    Path into = Files.createDirectory(directory.resolve("copy"));
    try (SqliteStore store = open(queue)) {
      for (int i = 0; i < 5; i++) {
        await(
            store.put(
                Mail.of(
                    Mail.id(NOW.plusMillis(i), new Random(i)),
                    NOW,
                    new byte[9000],
                    Mail.ALICE,
                    Mail.to("bob", Mail.NET))));
      }
      SqliteCopy.take(queue, into);
    }
    assertEquals(5, SqliteCopy.hold(into.resolve("queue.db"), NOW, "restored"));
    try (SqliteStore restored = open(into)) {
      assertEquals(List.of(), restored.lease(Mail.NET, NOW.plusSeconds(9), 10).consignments());
      assertEquals(5, restored.inspector().summary(5).total().held());
    }
  }
}
