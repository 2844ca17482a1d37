package net.facteur.server.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.sql.SharedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class CountsTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final int ROWS = 2000;

  @RegisterExtension private static final SharedPostgres POSTGRES = new SharedPostgres();

  @TempDir private Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-12-01T10:00:00Z"));

  private SqlCountStore store() {
    return SqlCountStore.in(directory, now::get);
  }

  private Tallies tallies(CountStore store, String node) {
    return new Tallies(store, "test", node, Duration.ofMinutes(5), DAY, now::get);
  }

  private Sights sights(CountStore store) {
    return new Sights(store, "seen", Duration.ofDays(30), now::get);
  }

  private void pass(Duration time) {
    now.updateAndGet(at -> at.plus(time));
  }

  @Test
  void aSumCoversTheWholeTimeThatIsAskedForAndNoMoreThanAStepMore() {
    try (SqlCountStore store = store()) {
      Tallies tallies = tallies(store, "a");
      tallies.add("alice", 3);
      pass(Duration.ofMinutes(59));
      tallies.add("alice", 4);
      assertEquals(7, tallies.sum("alice", HOUR));
      assertEquals(0, tallies.sum("bob", HOUR));
      pass(Duration.ofMinutes(6));
      assertEquals(4, tallies.sum("alice", HOUR));
      assertEquals(7, tallies.sum("alice", DAY));
      pass(DAY);
      assertEquals(0, tallies.sum("alice", HOUR));
    }
  }

  @Test
  void countsOutliveARestartAndAreCountedOnce() throws IOException {
    try (SqlCountStore store = store()) {
      Tallies tallies = tallies(store, "a");
      tallies.exchange();
      tallies.add("alice", 3);
      tallies.exchange();
      tallies.add("alice", 2);
      tallies.exchange();
      tallies.exchange();
      assertEquals(5, tallies.sum("alice", HOUR));
    }
    try (SqlCountStore store = store()) {
      Tallies tallies = tallies(store, "b");
      tallies.exchange();
      assertEquals(5, tallies.sum("alice", HOUR));
      tallies.add("alice", 1);
      tallies.exchange();
      assertEquals(6, tallies.sum("alice", HOUR));
    }
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve(CountsDatabase.FILE_NAME))));
  }

  @Test
  void whatIsClearedIsNothingForEverybody() throws IOException {
    try (SqlCountStore store = store()) {
      Tallies one = tallies(store, "a");
      one.add("alice", 3);
      one.exchange();
      Tallies other = tallies(store, "b");
      other.exchange();
      other.add("alice", 2);
      other.clear("alice");
      assertEquals(0, other.sum("alice", DAY));
      other.exchange();
      other.add("alice", 1);
      other.exchange();
      Tallies third = tallies(store, "c");
      third.exchange();
      assertEquals(1, third.sum("alice", DAY));
    }
  }

  @Test
  void whatIsOldIsForgottenOnDisk() throws IOException {
    try (SqlCountStore store = store()) {
      Tallies tallies = tallies(store, "a");
      Sights sights = sights(store);
      tallies.add("alice", 3);
      sights.add("alice", "bob@example.net");
      tallies.exchange();
      sights.exchange();
      pass(Duration.ofDays(40));
      tallies.exchange();
      sights.exchange();
      assertEquals(0, store.tallies("test", "", Long.MIN_VALUE, 0).size());
      assertEquals(0, store.sights("seen", Long.MIN_VALUE, 0).size());
      assertFalse(sights.has("alice", "bob@example.net"));
    }
  }

  @Test
  void whatWasSeenIsKnownAfterARestart() throws IOException {
    try (SqlCountStore store = store()) {
      Sights sights = sights(store);
      sights.exchange();
      assertFalse(sights.has("alice", "bob@example.net"));
      sights.add("alice", "bob@example.net");
      sights.exchange();
      assertFalse(sights.hasOld("alice"));
    }
    pass(DAY);
    try (SqlCountStore store = store()) {
      Sights sights = sights(store);
      sights.exchange();
      assertTrue(sights.has("alice", "bob@example.net"));
      assertFalse(sights.has("carol", "bob@example.net"));
      assertTrue(sights.hasOld("alice"));
    }
  }

  @Test
  void aTextIsPutOnceUnlessItIsPutAnew() throws IOException {
    try (SqlCountStore store = store()) {
      assertTrue(store.putIfAbsent("stops", "alice", "one"));
      assertFalse(store.putIfAbsent("stops", "alice", "two"));
      store.put("stops", "bob", "three");
      store.put("stops", "bob", "four");
      assertEquals(Map.of("alice", "one", "bob", "four"), store.texts("stops"));
      store.remove("stops", "alice");
      assertEquals(Map.of("bob", "four"), store.texts("stops"));
    }
  }

  @Test
  void aDamagedDatabaseIsPutAsideAndCountingBeginsAnew() throws IOException {
    Files.writeString(
        directory.resolve(CountsDatabase.FILE_NAME), "this is no database".repeat(99));
    try (SqlCountStore store = store()) {
      assertTrue(store.putIfAbsent("stops", "alice", "one"));
    }
    assertTrue(Files.exists(directory.resolve(CountsDatabase.FILE_NAME + ".damaged")));
  }

  @Test
  void whereNothingCanBeWrittenCountingGoesOnAndIsWrittenLater() throws IOException {
    Path later = directory.resolve("later");
    try (SqlCountStore store = SqlCountStore.in(later, now::get)) {
      Tallies tallies = tallies(store, "a");
      tallies.add("alice", 3);
      assertThrows(IOException.class, tallies::exchange);
      assertEquals(3, tallies.sum("alice", HOUR));
      Files.createDirectory(later);
      tallies.exchange();
    }
    try (SqlCountStore store = SqlCountStore.in(later, now::get)) {
      Tallies tallies = tallies(store, "b");
      tallies.exchange();
      assertEquals(3, tallies.sum("alice", HOUR));
    }
  }

  /// Two processes and what they count, in one database.
  private void shared(Shared test) throws IOException {
    PostgresSettings database = POSTGRES.database(HOUR);
    try (SqlCountStore one = SqlCountStore.shared(database, now::get);
        SqlCountStore two = SqlCountStore.shared(database, now::get)) {
      test.with(one, two);
    }
  }

  private interface Shared {
    void with(CountStore one, CountStore two) throws IOException;
  }

  @Test
  void processesThatShareADatabaseSumWhatAllOfThemCount() throws IOException {
    shared(
        (first, second) -> {
          Tallies one = tallies(first, "a");
          Tallies two = tallies(second, "b");
          one.exchange();
          two.exchange();
          for (int i = 1; i <= 3; i++) {
            one.add("alice", 3);
            two.add("alice", 2);
            one.exchange();
            two.exchange();
            one.exchange();
            assertEquals(5L * i, one.sum("alice", HOUR));
            assertEquals(5L * i, two.sum("alice", HOUR));
          }
          two.clear("alice");
          two.exchange();
          one.exchange();
          assertEquals(0, one.sum("alice", DAY));
          one.add("alice", 1);
          one.exchange();
          two.exchange();
          assertEquals(1, two.sum("alice", DAY));
          pass(DAY.plus(HOUR));
          one.exchange();
          assertEquals(0, second.tallies("test", "", Long.MIN_VALUE / 2, 0).size());
        });
  }

  @Test
  void whatOneProcessHasSeenTheOtherKnows() throws IOException {
    shared(
        (first, second) -> {
          Sights one = sights(first);
          Sights two = sights(second);
          one.exchange();
          two.exchange();
          // Before and after midnight, written at once.
          one.add("alice", "bob@example.net");
          pass(DAY);
          one.add("alice", "bob@example.net");
          two.add("alice", "carol@example.net");
          one.exchange();
          two.exchange();
          one.exchange();
          assertTrue(two.has("alice", "bob@example.net"));
          assertTrue(one.has("alice", "carol@example.net"));
          long today = now.get().getEpochSecond() / DAY.toSeconds();
          assertEquals(
              List.of(today, today),
              second.sights("seen", 0, 0).stream().map(CountStore.Sight::day).toList());
        });
  }

  @Test
  void anOlderDayNeverTakesThePlaceOfALaterOne() throws IOException {
    shared(
        (first, second) -> {
          first.write(List.of(), List.of(new CountStore.Sight("seen", "alice", 7, 20)));
          second.write(List.of(), List.of(new CountStore.Sight("seen", "alice", 7, 19)));
          assertEquals(20, first.sights("seen", 0, 0).getFirst().day());
        });
    try (SqlCountStore store = store()) {
      store.write(List.of(), List.of(new CountStore.Sight("seen", "alice", 7, 20)));
      store.write(List.of(), List.of(new CountStore.Sight("seen", "alice", 7, 19)));
      assertEquals(20, store.sights("seen", 0, 0).getFirst().day());
    }
  }

  @Test
  void twoProcessesThatWriteTheSameRowsDoNotStopEachOther() throws IOException {
    shared(
        (first, second) -> {
          first.mark();
          second.mark();
          Callable<Boolean> up = () -> written(first, 0, 1);
          Callable<Boolean> down = () -> written(second, ROWS - 1, -1);
          try (var threads = Executors.newFixedThreadPool(2)) {
            for (Future<Boolean> done : threads.invokeAll(List.of(up, down))) {
              assertTrue(done.get());
            }
          } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
          }
        });
  }

  /// Writes the same sights some times in one order.
  private static boolean written(CountStore store, int from, int step) throws IOException {
    for (int round = 0; round < 10; round++) {
      var sights = new ArrayList<CountStore.Sight>();
      for (int i = 0; i < ROWS; i++) {
        sights.add(new CountStore.Sight("seen", "alice", from + (long) i * step, round));
      }
      store.write(List.of(), sights);
    }
    return true;
  }

  @Test
  void onlyOneProcessPutsAText() throws IOException {
    shared(
        (first, second) -> {
          assertTrue(first.putIfAbsent("stops", "alice", "one"));
          assertFalse(second.putIfAbsent("stops", "alice", "two"));
          second.put("stops", "alice", "three");
          assertEquals(Map.of("alice", "three"), first.texts("stops"));
          first.remove("stops", "alice");
          assertEquals(Map.of(), second.texts("stops"));
        });
  }
}
