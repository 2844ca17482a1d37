package net.facteur.queue.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Destination;
import net.facteur.queue.Envelope;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.StagedBody;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DamagedMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a disk changed is noticed before it leaves, and costs only the message that it hit.
class SumsTest {
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");

  @TempDir private Path directory;
  private int made;

  private SqliteStore open() throws IOException {
    return SqliteStore.open(
        QueueSettings.in(directory)
            .with(new QueueSettings.Storage(64 << 10, 0, 1 << 20, Duration.ofDays(7))),
        InstantSource.fixed(NOW));
  }

  private NewMessage mail(StagedBody body, String to) {
    return Mail.of(
        new QueueId("00000000000000%02d".formatted(++made)),
        NOW,
        body,
        List.of(new Envelope(Mail.ALICE, List.of(Mail.to(to, Mail.NET)))));
  }

  private NewMessage small(String to) {
    return mail(StagedBody.of("Hello.\r\n".getBytes(StandardCharsets.US_ASCII)), to);
  }

  private NewMessage large(SqliteStore store, String to) throws IOException {
    BodyStage stage = store.stage();
    stage.write(ByteBuffer.wrap(new byte[100_000]));
    return mail(stage.complete(), to);
  }

  private void sql(String statement) throws SQLException {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("queue.db"));
        var s = connection.createStatement()) {
      assertTrue(s.executeUpdate(statement) > 0, statement);
    }
  }

  private static List<Consignment> due(SqliteStore store, Destination destination) {
    return store.lease(destination, NOW, 100).consignments();
  }

  private static void put(SqliteStore store, NewMessage... mail) {
    for (NewMessage one : mail) {
      var _ = store.put(one).toCompletableFuture().join();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE content SET body = CAST('Jello.' || char(13, 10) AS BLOB) WHERE seq = 1",
        "UPDATE content SET header = substr(header, 1, 3) || 'X' || substr(header, 5) WHERE seq ="
            + " 1",
        "UPDATE content SET sum = sum + 1 WHERE seq = 1",
        "UPDATE content SET sum = sum + 4294967296 WHERE seq = 1"
      })
  void aChangedOctetOfTheContentIsNoticed(String damage) throws IOException, SQLException {
    try (SqliteStore store = open()) {
      put(store, small("bad"), small("good"));
    }
    sql(damage);
    try (SqliteStore store = open()) {
      List<Consignment> due = due(store, Mail.NET);
      assertThrows(DamagedMessageException.class, () -> store.content(due.get(0)));
      assertEquals(8, store.content(due.get(1)).bodySize());
    }
  }

  @Test
  void theContentOfAnotherMessageIsNoticed() throws IOException, SQLException {
    try (SqliteStore store = open()) {
      put(store, small("one"), small("two"));
    }
    sql("DELETE FROM content WHERE seq = 2");
    sql("UPDATE content SET seq = 2 WHERE seq = 1");
    try (SqliteStore store = open()) {
      for (Consignment due : due(store, Mail.NET)) {
        assertThrows(DamagedMessageException.class, () -> store.content(due));
      }
    }
  }

  @Test
  void aChangedOctetOfABodyFileIsNoticed() throws IOException {
    try (SqliteStore store = open()) {
      put(store, large(store, "bad"), large(store, "good"));
    }
    Path file;
    try (Stream<Path> all = Files.walk(directory.resolve("bodies"))) {
      file = all.filter(path -> path.endsWith("0000000000000001")).findFirst().orElseThrow();
    }
    byte[] octets = Files.readAllBytes(file);
    octets[99_999] ^= 4;
    Files.write(file, octets);
    try (SqliteStore store = open()) {
      List<Consignment> due = due(store, Mail.NET);
      assertThrows(DamagedMessageException.class, () -> store.content(due.get(0)));
      assertEquals(100_000, store.content(due.get(1)).bodySize());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE recipient SET address = 'bae@example.net' WHERE seq = 1",
        "UPDATE recipient SET reverse_path = '' WHERE seq = 1",
        "UPDATE recipient SET notify = 'SUCCESS' WHERE seq = 1",
        "UPDATE recipient SET n = 1 WHERE seq = 1",
        "UPDATE message SET require_tls = 1 WHERE seq = 1",
        "UPDATE message SET id = '00000000000000AA' WHERE seq = 1",
        "UPDATE message SET received = received + 1 WHERE seq = 1"
      })
  void aChangedEnvelopeIsSetAside(String damage) throws IOException, SQLException {
    try (SqliteStore store = open()) {
      put(store, small("bad"), small("good"));
    }
    sql(damage);
    try (SqliteStore store = open()) {
      assertEquals(List.of(2L), due(store, Mail.NET).stream().map(Consignment::message).toList());
    }
  }

  @Test
  void nothingGoesWhereAChangedDestinationSays() throws IOException, SQLException {
    try (SqliteStore store = open()) {
      put(store, small("bob"));
    }
    sql("UPDATE recipient SET destination = '" + Mail.COM.text() + "'");
    try (SqliteStore store = open()) {
      assertEquals(List.of(), due(store, Mail.COM));
    }
  }

  @Test
  void whatIsMovedHasASumAgain() throws IOException {
    try (SqliteStore store = open()) {
      put(store, small("bob"));
    }
    try (SqliteStore store = open()) {
      Consignment due = due(store, Mail.NET).getFirst();
      store.move(due, Mail.COM).toCompletableFuture().join();
      assertEquals(1, due(store, Mail.COM).size());
    }
  }

  @Test
  void whatWasWrittenBeforeThereWereSumsIsTaken() throws IOException, SQLException {
    try (SqliteStore store = open()) {
      put(store, small("bob"), large(store, "carol"));
    }
    sql("UPDATE content SET sum = NULL");
    sql("UPDATE recipient SET sum = NULL");
    try (SqliteStore store = open()) {
      List<Consignment> due = due(store, Mail.NET);
      assertEquals(8, store.content(due.get(0)).bodySize());
      assertEquals(100_000, store.content(due.get(1)).bodySize());
      store.move(due.get(0), Mail.COM).toCompletableFuture().join();
      assertEquals(1, due(store, Mail.COM).size());
    }
  }

  @Test
  void whatIsDueNeverOrHasNoStateIsFoundByLookingThrough() throws IOException, SQLException {
    try (SqliteStore store = open()) {
      put(store, small("late"), small("nowhere"), small("good"));
    }
    sql("UPDATE recipient SET next_attempt = next_attempt + 4398046511104 WHERE seq = 1");
    sql("UPDATE recipient SET state = 'queuee' WHERE seq = 2");
    try (SqliteStore store = open()) {
      store.inspect();
      assertEquals(
          List.of(1L, 3L), due(store, Mail.NET).stream().map(Consignment::message).toList());
      assertEquals(
          List.of(new QueueId("0000000000000002")),
          store.inspector().list(QueueFilter.ALL, 10).stream()
              .filter(listed -> listed.counts().damaged() == 1)
              .map(QueueInspector.Listed::id)
              .toList());
    }
  }
}
