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
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountsTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

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
            Files.getPosixFilePermissions(directory.resolve(SqlCountStore.FILE_NAME))));
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
    Files.writeString(directory.resolve(SqlCountStore.FILE_NAME), "this is no database".repeat(99));
    try (SqlCountStore store = store()) {
      assertTrue(store.putIfAbsent("stops", "alice", "one"));
    }
    assertTrue(Files.exists(directory.resolve(SqlCountStore.FILE_NAME + ".damaged")));
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
}
