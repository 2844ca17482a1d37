package net.facteur.queue.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Envelope;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.schedule.GroupCommit;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.sim.QueueStoreContract;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DamagedMessageException;
import net.facteur.queue.store.Settlement.Ending;
import net.facteur.queue.store.Settlement.Fate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends QueueStoreContract {
  @TempDir private Path directory;

  @Override
  protected SqliteStore open() throws IOException {
    return SqliteStore.open(
        QueueSettings.in(directory)
            .with(new QueueSettings.Storage(64 << 10, 0, 1 << 20, Duration.ofDays(7))),
        InstantSource.fixed(NOW));
  }

  private NewMessage large(SqliteStore store) throws IOException {
    BodyStage stage = store.stage();
    stage.write(ByteBuffer.wrap(new byte[100_000]));
    assertTrue(stage.inFile());
    return Mail.of(
        id(),
        NOW,
        stage.complete(),
        List.of(new Envelope(Mail.ALICE, List.of(Mail.to("bob", Mail.NET)))));
  }

  private List<Path> files(String folder) throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve(folder))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private void sql(String... statements) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("queue.db"));
        Statement statement = connection.createStatement()) {
      for (String text : statements) {
        statement.executeUpdate(text);
      }
    }
  }

  @Test
  void aLargeBodyLivesInAFileUntilItsMessageHasLeft() throws IOException {
    try (SqliteStore store = open()) {
      Consignment put = await(store.put(large(store))).getFirst();
      assertEquals(1, files("bodies").size());
      assertEquals(List.of(), files("staging"));
      await(store.settle(ends(put, new Fate.Leaves(Ending.DELIVERED))));
    }
    assertEquals(List.of(), files("bodies"));
  }

  /// Mail that found no room in memory is read again, and no mailbox need be searched for it.
  @Test
  void whatThisProcessAcceptedRepeatsNothing() throws IOException {
    Consignment left;
    try (SqliteStore store = open()) {
      left = await(store.put(large(store))).getFirst();
    }
    try (SqliteStore store = open()) {
      Consignment fresh = await(store.put(large(store))).getFirst();
      store.release(fresh);
      List<Consignment> due = due(store, Mail.NET);
      assertEquals(List.of(left.id(), fresh.id()), due.stream().map(Consignment::id).toList());
      assertEquals(List.of(true, false), due.stream().map(Consignment::mayRepeat).toList());
    }
  }

  @Test
  void aDiscardedBodyLeavesNoFile() throws IOException {
    try (SqliteStore store = open()) {
      large(store).body().discard();
      BodyStage stage = store.stage();
      stage.write(ByteBuffer.wrap(new byte[100_000]));
      stage.discard();
      assertEquals(List.of(), files("staging"));
    }
  }

  @Test
  void orphanedFilesAreSweptAtStartAndOthersStay() throws IOException, InterruptedException {
    try (SqliteStore store = open()) {
      await(store.put(large(store)));
    }
    Path orphan = directory.resolve("bodies/ZZ/0123456789ABCDZZ");
    Files.createDirectories(orphan.getParent());
    Files.writeString(orphan, "orphan");
    Path staged = directory.resolve("staging/7");
    Files.writeString(staged, "staged");
    try (SqliteStore store = open()) {
      assertFalse(Files.exists(staged));
      while (Files.exists(orphan)) {
        Thread.sleep(5);
      }
      assertEquals(1, files("bodies").size());
      assertEquals(100_000, store.content(due(store, Mail.NET).getFirst()).bodySize());
    }
  }

  @Test
  void mailThatIsExpectedAndDoesNotComeKeepsNobodyFromWriting() throws IOException, SQLException {
    try (SqliteStore store = open()) {
      for (int i = 0; i < 20; i++) {
        store.expect();
        // Waits for others for three seconds, not longer.
        sql("CREATE TABLE other (x)", "DROP TABLE other");
      }
      assertEquals(1, await(store.put(mail(Mail.to("bob", Mail.NET)))).size());
    }
  }

  @Test
  void aSecondServerIsRefused() throws IOException {
    try (SqliteStore store = open()) {
      assertFalse(store.full());
      assertThrows(IOException.class, this::open);
    }
  }

  @Test
  void aRefusedRowFailsAloneAmongThoseCommittedTogether() throws IOException {
    try (SqliteStore store = open()) {
      NewMessage first = mail(Mail.to("bob", Mail.NET));
      var stages = new ArrayList<CompletableFuture<List<Consignment>>>();
      stages.add(store.put(first).toCompletableFuture());
      stages.add(store.put(first).toCompletableFuture());
      for (int i = 0; i < 20; i++) {
        stages.add(store.put(mail(Mail.to("r" + i, Mail.COM))).toCompletableFuture());
      }
      assertThrows(CompletionException.class, stages.get(1)::join);
      stages.remove(1);
      stages.forEach(s -> s.join().forEach(store::release));
      assertEquals(20, due(store, Mail.COM).size());
      assertEquals(1, due(store, Mail.NET).size());
    }
  }

  @Test
  void aFullDiskRefusesNewMailKeepsNothingHalfAndEnds() throws Exception {
    var pages = new AtomicInteger(80);
    var accepted = new ArrayList<Consignment>();
    try (SqliteStore store = openWithPages(pages)) {
      int refused = 0;
      for (int round = 0; round < 6; round++) {
        var stages = new ArrayList<CompletableFuture<List<Consignment>>>();
        for (int i = 0; i < 12; i++) {
          stages.add(store.put(withBody(store, 8000)).toCompletableFuture());
        }
        for (CompletableFuture<List<Consignment>> stage : stages) {
          if (stage.handle((_, failure) -> failure == null).join()) {
            accepted.addAll(stage.join());
          } else {
            refused++;
            assertTrue(full(stage));
          }
        }
      }
      assertTrue(refused > 12 && !accepted.isEmpty(), "refused " + refused);
      // What failed together may still fit alone.
      var last = store.put(withBody(store, 8000)).toCompletableFuture();
      while (last.handle((_, failure) -> failure == null).join()) {
        accepted.addAll(last.join());
        last = store.put(withBody(store, 8000)).toCompletableFuture();
      }
      // What needs a file is refused while it comes.
      assertThrows(IOException.class, () -> withHeader(store, 200_000));
      assertEquals(List.of(), files("bodies"));
      // What leaves makes room.
      await(store.settle(ends(accepted.removeFirst(), new Fate.Leaves(Ending.DELIVERED))));
      accepted.addAll(await(store.put(withBody(store, 4000))));
      assertTrue(full(store.put(withBody(store, 60_000)).toCompletableFuture()));
      pages.set(1 << 20);
      accepted.addAll(await(store.put(withBody(store, 60_000))));
      // The disk is looked at each second.
      for (int i = 0; i < 600 && store.full(); i++) {
        Thread.sleep(50);
      }
      accepted.addAll(await(store.put(withHeader(store, 200_000))));
      assertEquals(ids(accepted), listed(store));
      accepted.forEach(store::release);
      assertEquals(accepted.size(), due(store, Mail.NET).size());
    }
    try (SqliteStore store = open()) {
      assertEquals(ids(accepted), listed(store));
      for (Consignment consignment : accepted) {
        assertTrue(store.content(consignment).size() > 0);
      }
    }
  }

  private SqliteStore openWithPages(AtomicInteger pages) throws IOException {
    return SqliteStore.open(
        QueueSettings.in(directory)
            .with(new QueueSettings.Storage(64 << 10, 0, 1 << 20, Duration.ofDays(7))),
        InstantSource.fixed(NOW),
        GroupCommit.STANDARD,
        () -> List.of("PRAGMA max_page_count = " + pages.get()));
  }

  private NewMessage withBody(SqliteStore store, int size) throws IOException {
    BodyStage stage = store.stage();
    stage.write(ByteBuffer.wrap(new byte[size]));
    return Mail.of(
        id(),
        NOW,
        stage.complete(),
        List.of(new Envelope(Mail.ALICE, List.of(Mail.to("bob", Mail.NET)))));
  }

  private NewMessage withHeader(SqliteStore store, int size) throws IOException {
    NewMessage mail = withBody(store, 100_000);
    return new NewMessage(
        mail.id(),
        NOW,
        ("Subject: " + "x".repeat(size) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1),
        mail.body(),
        mail.envelopes(),
        mail.traits(),
        "test");
  }

  private static boolean full(CompletableFuture<List<Consignment>> stage) {
    var failure = assertThrows(CompletionException.class, stage::join);
    return failure.getCause() instanceof QueueUnavailableException unavailable
        && unavailable.full();
  }

  private static Set<QueueId> ids(List<Consignment> consignments) {
    return consignments.stream().map(Consignment::id).collect(Collectors.toSet());
  }

  private static Set<QueueId> listed(SqliteStore store) {
    return store.inspector().list(QueueFilter.ALL, 1000).stream()
        .map(QueueInspector.Listed::id)
        .collect(Collectors.toSet());
  }

  @Test
  void aDamagedRowIsSetAsideAndTheOthersGo() throws IOException, SQLException {
    try (SqliteStore store = open()) {
      await(store.put(mail(Mail.to("bad", Mail.NET))));
      await(store.put(mail(Mail.to("good", Mail.NET))));
    }
    sql("UPDATE recipient SET address = '\"broken' WHERE address LIKE 'bad%'");
    try (SqliteStore store = open()) {
      assertEquals(1, due(store, Mail.NET).size());
    }
    try (SqliteStore store = open()) {
      assertEquals(1, due(store, Mail.NET).size());
      sql("DELETE FROM message");
      assertEquals(List.of(), due(store, Mail.NET));
    }
  }

  @Test
  void aLostOrShortBodyFileIsNoticed() throws IOException {
    try (SqliteStore store = open()) {
      Consignment put = await(store.put(large(store))).getFirst();
      Path file = files("bodies").getFirst();
      Files.writeString(file, "short");
      assertThrows(DamagedMessageException.class, () -> store.content(put));
      Files.delete(file);
      assertThrows(DamagedMessageException.class, () -> store.content(put));
    }
  }

  @Test
  void whatANewerVersionFoundIsKeptUntilItHasRunAndWasStartedAgain()
      throws IOException, SQLException {
    try (SqliteStore store = open()) {
      await(store.put(large(store)));
    }
    int last = Schema.MIGRATIONS.size();
    sql(
        "ALTER TABLE content DROP COLUMN sum",
        "ALTER TABLE recipient DROP COLUMN sum",
        "ALTER TABLE message DROP COLUMN recipients");
    sql("PRAGMA user_version = " + (last - 1));
    Path kept = directory.resolve("queue.db.schema-" + (last - 1));
    open().close();
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)));
    try (Connection old = DriverManager.getConnection("jdbc:sqlite:" + kept)) {
      assertEquals(last - 1, Schema.version(old));
      try (var rows = old.createStatement().executeQuery("SELECT count(*) FROM message")) {
        assertEquals(1, rows.getInt(1));
      }
    }
    SqliteStore again = open();
    assertTrue(Files.exists(kept));
    again.close();
    assertFalse(Files.exists(kept));
  }

  @Test
  void aDatabaseOfANewerVersionIsLeftAlone() throws IOException, SQLException {
    open().close();
    sql("PRAGMA user_version = 999");
    assertThrows(IOException.class, this::open);
  }

  @Test
  void anOlderDatabaseIsMigratedStepByStepAndAFailedStepLeavesNothing() throws SQLException {
    var steps = new ArrayList<>(Schema.MIGRATIONS);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      Schema.migrate(connection, steps);
      assertEquals(steps.size(), Schema.version(connection));
      steps.add(List.of("ALTER TABLE message ADD COLUMN extra TEXT", "NOT SQL"));
      assertThrows(SQLException.class, () -> Schema.migrate(connection, steps));
      assertEquals(steps.size() - 1, Schema.version(connection));
      steps.set(steps.size() - 1, List.of("ALTER TABLE message ADD COLUMN extra TEXT"));
      Schema.migrate(connection, steps);
      assertEquals(steps.size(), Schema.version(connection));
    }
  }
}
