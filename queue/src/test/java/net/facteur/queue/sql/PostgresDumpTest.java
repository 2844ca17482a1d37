package net.facteur.queue.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import net.facteur.queue.NewMessage;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.store.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PostgresDumpTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Duration LEASE = Duration.ofHours(1);
  @RegisterExtension private static final SharedPostgres POSTGRES = new SharedPostgres();

  @TempDir private Path directory;

  private PostgresStore open(PostgresSettings at) throws IOException {
    return PostgresStore.open(
        QueueSettings.in(directory.resolve("node"))
            .with(new QueueSettings.Storage(64 << 10, 0, 0, Duration.ofDays(7))),
        at,
        InstantSource.fixed(NOW));
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @Test
  void whatIsPutBackElsewhereWaitsAndIsWhole() throws IOException {
    PostgresSettings from = POSTGRES.database(LEASE);
    PostgresSettings to = POSTGRES.database(LEASE);
    Path dump = directory.resolve("dump");
    var body = new byte[300_000];
    new Random(1).nextBytes(body);
    NewMessage large =
        Mail.of(Mail.id(NOW, new Random(2)), NOW, body, Mail.ALICE, Mail.to("bob", Mail.NET));
    PostgresDump.Taken taken;
    try (PostgresStore store = open(from)) {
      await(store.put(large));
      for (int i = 0; i < 20; i++) {
        await(
            store.put(
                Mail.of(
                    Mail.id(NOW.plusMillis(i), new Random(i)),
                    NOW,
                    new byte[20],
                    Mail.ALICE,
                    Mail.to("bob" + i, Mail.COM))));
      }
      taken = PostgresDump.take(from, dump);
    }
    assertEquals(21, taken.messages());
    // Twice: the second time over what the first one put there.
    PostgresDump.restore(to, dump, "before_1", true, NOW, "restored");
    PostgresDump.restore(to, dump, "before_2", true, NOW, "restored");
    try (PostgresStore store = open(to)) {
      assertEquals(0, store.lease(Mail.COM, NOW, 100).consignments().size());
      assertEquals(21, store.inspector().summary(5).total().held());
      try (InputStream in = store.inspector().content(large.id()).orElseThrow().openBody()) {
        assertArrayEquals(body, in.readAllBytes());
      }
      await(store.operate(large.id(), Operation.RELEASE, QueueFilter.ALL));
      assertEquals(1, store.lease(Mail.NET, NOW, 100).consignments().size());
      // Keys and sequences came along.
      await(
          store.put(
              Mail.of(
                  Mail.id(NOW.plusSeconds(9), new Random(99)),
                  NOW,
                  new byte[20],
                  Mail.ALICE,
                  Mail.to("new", Mail.COM))));
    }
  }

  @Test
  void aDumpThatIsCutOffChangesNothing() throws IOException {
    PostgresSettings from = POSTGRES.database(LEASE);
    PostgresSettings to = POSTGRES.database(LEASE);
    Path dump = directory.resolve("dump");
    try (PostgresStore store = open(from)) {
      await(
          store.put(
              Mail.of(
                  Mail.id(NOW, new Random(2)),
                  NOW,
                  new byte[9],
                  Mail.ALICE,
                  Mail.to("b", Mail.NET))));
      PostgresDump.take(from, dump);
    }
    byte[] whole = Files.readAllBytes(dump);
    try (PostgresStore store = open(to)) {
      for (int length : new int[] {0, 3, 9, whole.length / 2, whole.length - 1}) {
        Files.write(dump, Arrays.copyOf(whole, length));
        assertThrows(
            IOException.class,
            () -> PostgresDump.restore(to, dump, "before", true, NOW, "restored"));
      }
      assertEquals(0, store.inspector().summary(5).total().all());
    }
  }
}
