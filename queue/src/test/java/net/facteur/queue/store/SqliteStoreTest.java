package net.facteur.queue.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Envelope;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.sim.QueueStoreContract;
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
