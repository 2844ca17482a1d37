package net.facteur.queue.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import net.facteur.queue.NewMessage;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.sim.QueueStoreContract;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.Operation;
import net.facteur.queue.store.Settlement.Ending;
import net.facteur.queue.store.Settlement.Fate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The contract on a real PostgreSQL, and what several nodes owe each other.
class PostgresStoreTest extends QueueStoreContract {
  private static final Duration LONG = Duration.ofHours(1);
  @RegisterExtension private static final SharedPostgres POSTGRES = new SharedPostgres();

  @TempDir private Path directory;
  private PostgresSettings database =
      new PostgresSettings("jdbc:postgresql:", Optional.empty(), Optional.empty(), LONG);

  @BeforeEach
  void freshDatabase() {
    database = POSTGRES.database(LONG);
  }

  @Override
  protected SqlStore open() throws IOException {
    return open("one", database);
  }

  private PostgresStore open(String node, PostgresSettings at) throws IOException {
    return PostgresStore.open(
        QueueSettings.in(directory.resolve(node))
            .with(new QueueSettings.Storage(64 << 10, 0, 1 << 20, Duration.ofDays(7))),
        at,
        InstantSource.fixed(NOW));
  }

  @Test
  void nodesDoNotTakeEachOthersMail() throws IOException {
    try (PostgresStore one = open("one", database);
        PostgresStore two = open("two", database)) {
      Consignment put = await(one.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      assertEquals(List.of(), two.lease(Mail.NET, NOW, 10).consignments());
      assertEquals(List.of(), await(two.lease(put.id())));
      // What is given back stays with its node until it is settled.
      one.release(put);
      assertEquals(List.of(), two.lease(Mail.NET, NOW, 10).consignments());
      Consignment again = one.lease(Mail.NET, NOW, 10).consignments().getFirst();
      await(one.settle(ends(again, new Fate.Retry(NOW, false))));
      Consignment other = two.lease(Mail.NET, NOW, 10).consignments().getFirst();
      assertEquals(put.id(), other.id());
      assertEquals(List.of(), one.lease(Mail.NET, NOW, 10).consignments());
      await(two.settle(ends(other, new Fate.Leaves(Ending.DELIVERED))));
      assertEquals(List.of(), one.destinations("", 10));
    }
  }

  @Test
  void aNodeThatStopsLeavesItsMailToTheOthers() throws IOException {
    try (PostgresStore two = open("two", database)) {
      try (PostgresStore one = open("one", database)) {
        await(one.put(mail(Mail.to("bob", Mail.NET))));
        assertEquals(List.of(), two.lease(Mail.NET, NOW, 10).consignments());
      }
      assertEquals(1, two.lease(Mail.NET, NOW, 10).consignments().size());
    }
  }

  @Test
  void nodesKnowHowManyShareTheLimits() throws IOException {
    try (PostgresStore one = open("one", database)) {
      assertEquals(1, one.sharers());
      try (PostgresStore two = open("two", database)) {
        assertEquals(2, two.sharers());
      }
      try (PostgresStore again = open("two", database)) {
        assertEquals(2, again.sharers(), "who has left is not counted");
      }
    }
  }

  @Test
  void aMessageThatIsRefusedDoesNotTakeTheOthersOfItsCommitAlong() throws IOException {
    try (PostgresStore one = open("one", database)) {
      NewMessage first = mail(Mail.to("a", Mail.NET));
      await(one.put(first));
      var stages = new ArrayList<CompletionStage<?>>();
      for (int i = 0; i < 50; i++) {
        stages.add(one.put(mail(Mail.to("b" + i, Mail.NET))));
      }
      // The same id again.
      var twice = one.put(first);
      for (int i = 0; i < 50; i++) {
        stages.add(one.put(mail(Mail.to("c" + i, Mail.NET))));
      }
      stages.forEach(stage -> await(stage));
      assertThrows(CompletionException.class, () -> await(twice));
      assertEquals(101, one.inspector().summary(1).total().all());
    }
  }

  @Test
  void numbersOfTwoNodesAreDifferent() throws IOException {
    try (PostgresStore one = open("one", database);
        PostgresStore two = open("two", database)) {
      for (int i = 0; i < 1100; i++) {
        one.put(mail(Mail.to("a" + i, Mail.NET)));
        await(two.put(mail(Mail.to("b" + i, Mail.NET))));
      }
      await(one.put(mail(Mail.to("last", Mail.NET))));
      assertEquals(2201, one.inspector().summary(1).total().all());
    }
  }

  @Test
  void anotherProcessLooksIn() throws IOException {
    try (PostgresStore one = open("one", database)) {
      Consignment put = await(one.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      await(one.operate(put.id(), Operation.HOLD, QueueFilter.ALL));
      try (SqlInspector inspector = PostgresStore.inspect(database, InstantSource.fixed(NOW))) {
        assertEquals(1, inspector.list(QueueFilter.ALL.to("BOB@example.net"), 9).size());
        assertEquals(List.of(put.id()), inspector.find("alice@example.org", 9));
        QueueInspector.Shown shown = inspector.show(put.id()).orElseThrow();
        assertEquals("hold", shown.journal().getFirst().what());
        assertEquals(7, inspector.content(put.id()).orElseThrow().bodySize());
        assertEquals(1, inspector.summary(9).total().held());
        assertTrue(inspector.summary(9).fullest().getFirst().nextAttempt().isEmpty());
      }
    }
  }
}
