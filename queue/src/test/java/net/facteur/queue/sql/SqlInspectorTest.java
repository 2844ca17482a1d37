package net.facteur.queue.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.OriginalRecipient;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Counts;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.QueueInspector.OwnMessage;
import net.facteur.queue.QueueInspector.Sent;
import net.facteur.queue.QueueInspector.Unreported;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.Recipient;
import net.facteur.queue.RecipientState;
import net.facteur.queue.Refusal;
import net.facteur.queue.StagedBody;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.Operation;
import net.facteur.queue.store.Settlement;
import net.facteur.queue.store.Settlement.Ending;
import net.facteur.queue.store.Settlement.Fate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlInspectorTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static final Destination HOME = new Destination("mx:example.org");

  @TempDir private Path directory;
  private final Random random = new Random(11);

  private SqliteStore open() throws IOException {
    return SqliteStore.open(QueueSettings.in(directory), InstantSource.fixed(NOW));
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private List<Consignment> put(SqliteStore store, Instant received, Recipient... recipients) {
    NewMessage mail =
        Mail.of(Mail.id(received, random), received, new byte[9], Mail.ALICE, recipients);
    List<Consignment> put = await(store.put(mail));
    put.forEach(store::release);
    return put;
  }

  private static Settlement settlement(
      Consignment consignment, DeliveryOutcome outcome, Fate fate) {
    return new Settlement(
        consignment,
        true,
        NOW,
        Duration.ofMillis(1234),
        consignment.recipients().stream().map(r -> new Settlement.Entry(r, outcome, fate)).toList(),
        List.of());
  }

  private static List<QueueId> ids(List<Listed> listed) {
    return listed.stream().map(Listed::id).toList();
  }

  @Test
  void theListIsPagedByAgeAndLeavesOutWhatHasLeft() throws IOException {
    try (SqliteStore store = open()) {
      var ids = new ArrayList<QueueId>();
      for (int i = 0; i < 7; i++) {
        ids.add(put(store, NOW.plusSeconds(i), Mail.to("r", Mail.NET)).getFirst().id());
      }
      Consignment left = put(store, NOW.plusSeconds(3), Mail.to("gone", Mail.NET)).getFirst();
      await(store.operate(left.id(), Operation.REMOVE, QueueFilter.ALL));
      QueueInspector inspector = store.inspector();
      assertEquals(ids, ids(inspector.list(QueueFilter.ALL, 100)));
      assertEquals(ids.subList(0, 3), ids(inspector.list(QueueFilter.ALL, 3)));
      assertEquals(ids.subList(3, 6), ids(inspector.list(QueueFilter.ALL, ids.get(2), 3)));
      // The last of a page may have left before the next is asked for.
      await(store.operate(ids.get(5), Operation.REMOVE, QueueFilter.ALL));
      assertEquals(ids.subList(6, 7), ids(inspector.list(QueueFilter.ALL, ids.get(5), 3)));
    }
  }

  private static NewMessage of(String account, Instant at, List<Fact> facts, Recipient... to) {
    NewMessage plain =
        Mail.of(
            Mail.id(at, new Random(at.getEpochSecond())),
            at,
            "Hello\r\n".getBytes(StandardCharsets.ISO_8859_1),
            Mail.ALICE,
            to);
    return new NewMessage(
        plain.id(),
        at,
        plain.header(),
        plain.body(),
        plain.envelopes(),
        plain.traits(),
        "submission " + account,
        facts,
        Optional.of(account));
  }

  @Test
  void whatAnAccountSentIsFoundAndWhatOfItIsHeld() throws IOException {
    try (SqliteStore store = open()) {
      var held = List.of(new Fact("received", "by us"), new Fact(Fact.HELD, "too many"));
      NewMessage free = of("alice", NOW, List.of(), Mail.to("bob", Mail.NET));
      NewMessage kept =
          of("alice", NOW.plusSeconds(1), held, Mail.to("a", Mail.NET), Mail.to("b", Mail.COM));
      NewMessage other = of("carol/phone", NOW.plusSeconds(2), held, Mail.to("bob", Mail.COM));
      for (NewMessage each : List.of(free, kept, other)) {
        await(store.put(each));
      }
      // By an operator, who knows what he does.
      await(store.operate(free.id(), Operation.HOLD, QueueFilter.ALL));
      QueueInspector inspector = store.inspector();
      assertEquals(
          List.of(kept.id(), other.id()),
          inspector.held(Optional.empty(), Optional.empty(), 9).stream().map(Sent::id).toList());
      assertEquals(
          List.of(other.id()),
          inspector.held(Optional.empty(), Optional.of(kept.id()), 9).stream()
              .map(Sent::id)
              .toList());
      assertEquals(
          List.of(
              new Sent(
                  kept.id(),
                  NOW.plusSeconds(1),
                  "alice",
                  "submission alice",
                  2,
                  2,
                  Optional.of("too many"))),
          inspector.held(Optional.of("alice"), Optional.empty(), 9));
      assertEquals(
          List.of(kept.id(), free.id()),
          inspector.sent("alice", NOW, 9).stream().map(Sent::id).toList());
      assertEquals(
          List.of(other.id()),
          inspector.held(Optional.of("carol"), Optional.empty(), 9).stream()
              .map(Sent::id)
              .toList());
      assertEquals(List.of(), inspector.sent("caro", NOW, 9));
      assertEquals(Optional.of("carol/phone"), inspector.account(other.id()));
      await(store.operate(kept.id(), Operation.RELEASE, QueueFilter.ALL));
      assertEquals(List.of(), inspector.held(Optional.of("alice"), Optional.empty(), 9));
      assertEquals(0, inspector.sent("alice", NOW.plusSeconds(1), 9).getFirst().held());
      assertEquals(
          List.of(new Fact("received", "by us"), new Fact(Fact.HELD, "too many")),
          inspector.show(kept.id()).orElseThrow().facts());
    }
  }

  @Test
  void whatOnePersonSentAndGotIsFoundAmongTheNewest() throws IOException {
    try (SqliteStore store = open()) {
      String alice = "alice@example.org";
      NewMessage old = of(alice, NOW.minus(Duration.ofDays(9)), List.of(), Mail.to("x", Mail.NET));
      NewMessage sent =
          of(
              alice + "/phone",
              NOW.minusSeconds(9),
              List.of(new Fact(Fact.HELD, "too many")),
              Mail.to("bob", Mail.NET));
      NewMessage came = of("carol@example.org", NOW, List.of(), Mail.to("Alice", HOME));
      for (NewMessage each : List.of(old, sent, came)) {
        await(store.put(each));
      }
      QueueInspector inspector = store.inspector();
      QueueInspector.Own own = inspector.own(alice, NOW.minus(Duration.ofDays(7)), 100, 9);
      assertEquals(List.of(sent.id()), own.sent().stream().map(OwnMessage::id).toList());
      assertEquals(Optional.of("too many"), own.sent().getFirst().reason());
      assertEquals("bob@example.net", own.sent().getFirst().recipients().getFirst().address());
      assertEquals(List.of(came.id()), own.came().stream().map(OwnMessage::id).toList());
      assertEquals(Optional.empty(), own.until(), "all was looked at");
      QueueInspector.Own newest = inspector.own(alice, NOW.minus(Duration.ofDays(7)), 1, 9);
      assertEquals(List.of(), newest.sent());
      assertEquals(List.of(came.id()), newest.came().stream().map(OwnMessage::id).toList());
      assertEquals(Optional.of(NOW), newest.until());
      assertEquals(
          1, inspector.own(alice, Instant.EPOCH, 100, 1).sent().size(), "no more than asked for");
    }
  }

  /// A page of a member is asked for often, and is not to take longer because much waits.
  @Test
  @Tag("long")
  void onesOwnMailIsFoundInAMomentWithAHundredThousandQueued() throws IOException {
    int all = 100_000;
    try (SqliteStore store = open()) {
      var pending = new ArrayList<CompletionStage<List<Consignment>>>();
      for (int i = 0; i < all; i++) {
        NewMessage one =
            of(
                i % 3 == 0 ? "user" + i % 500 + "@example.org" : "carol@example.org",
                NOW.minusSeconds(all - i),
                List.of(new Fact("helo", "mail.example.net"), new Fact("tls", "TLSv1.3 some")),
                Mail.to("user" + i % 777, HOME));
        pending.add(store.put(one));
        if (pending.size() == 1000) {
          pending.forEach(each -> await(each).forEach(store::release));
          pending.clear();
        }
      }
      QueueInspector inspector = store.inspector();
      QueueId newest =
          inspector
              .own("user7@example.org", NOW.minus(Duration.ofDays(7)), 1000, 1)
              .came()
              .getFirst()
              .id();
      Duration own =
          best(() -> inspector.own("user7@example.org", NOW.minus(Duration.ofDays(7)), 50_000, 50));
      Duration show = best(() -> inspector.show(newest));
      System.out.println("own mail among " + all + ": " + own + ", one message: " + show);
      assertTrue(own.toMillis() < 500, own::toString);
      assertTrue(show.toMillis() < 20, show::toString);
    }
  }

  private static Duration best(Runnable work) {
    Duration best = Duration.ofDays(1);
    for (int i = 0; i < 10; i++) {
      long began = System.nanoTime();
      work.run();
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      best = took.compareTo(best) < 0 ? took : best;
    }
    return best;
  }

  @Test
  void aFilterConcernsOneOpenRecipient() throws IOException {
    try (SqliteStore store = open()) {
      QueueId both =
          put(store, NOW, Mail.to("bob", Mail.NET), Mail.to("carol", Mail.COM)).getFirst().id();
      QueueId held = put(store, NOW.plusSeconds(1), Mail.to("bob", Mail.COM)).getFirst().id();
      await(store.operate(held, Operation.HOLD, QueueFilter.ALL));
      QueueInspector inspector = store.inspector();
      assertEquals(List.of(both), ids(inspector.list(QueueFilter.ALL.with(Mail.NET), 9)));
      assertEquals(
          List.of(held), ids(inspector.list(QueueFilter.ALL.with(RecipientState.HELD), 9)));
      assertEquals(
          List.of(held),
          ids(inspector.list(QueueFilter.ALL.with(Mail.COM).to("bob@example.com"), 9)));
      assertEquals(
          List.of(),
          ids(inspector.list(QueueFilter.ALL.with(Mail.NET).to("carol@example.com"), 9)));
      assertEquals(
          List.of(both, held), ids(inspector.list(QueueFilter.ALL.from("alice@example.org"), 9)));
      Listed listed = inspector.list(QueueFilter.ALL, 1).getFirst();
      assertEquals(new Counts(2, 0, 0), listed.counts());
      assertEquals("bob@example.net", listed.address());
      assertEquals(Optional.of(NOW), listed.nextAttempt());
    }
  }

  private Consignment told(SqliteStore store, List<Fact> facts, Recipient... recipients) {
    QueueId id = Mail.id(NOW, random);
    var mail =
        new NewMessage(
            id,
            NOW,
            Mail.header(id),
            StagedBody.of(new byte[9]),
            List.of(new Envelope(Mail.ALICE, List.of(recipients))),
            MessageTraits.PLAIN,
            "test",
            facts);
    Consignment put = await(store.put(mail)).getFirst();
    store.release(put);
    return put;
  }

  private void leaves(SqliteStore store, Consignment consignment, Ending ending) {
    DeliveryOutcome outcome =
        new DeliveryOutcome.Failed(EnhancedStatusCode.of(5, 1, 1), "550 no", Optional.empty());
    await(store.settle(settlement(consignment, outcome, new Fate.Leaves(ending))));
  }

  @Test
  void recipientsThatWereGivenUpInSilenceAreFoundByWhenTheirMessageLeft() throws IOException {
    var silent = new Fact(Fact.REPORTS, "none to the sender");
    var received = new Fact("received", "from reports of others");
    try (SqliteStore store = open()) {
      Recipient bob = Mail.to("bob", Mail.NET);
      Recipient carol = Mail.to("carol", Mail.NET);
      Consignment failed = told(store, List.of(silent), bob, carol);
      leaves(store, failed, Ending.FAILED);
      Consignment expired = told(store, List.of(received, silent), bob);
      leaves(store, expired, Ending.EXPIRED);
      leaves(store, told(store, List.of(silent), bob), Ending.DELIVERED);
      leaves(store, told(store, List.of(received), bob), Ending.FAILED);
      leaves(store, told(store, List.of(), bob), Ending.FAILED);
      Consignment waits = told(store, List.of(silent), bob);
      Consignment open = told(store, List.of(received), bob);
      QueueInspector inspector = store.inspector();
      Instant after = NOW.plusSeconds(1);
      List<Unreported> found = inspector.unreported(NOW, after, 10);
      // All left at the same moment; the ids of such messages are in no order.
      assertEquals(
          Set.of(
              failed.id() + " bob@example.net",
              failed.id() + " carol@example.net",
              expired.id() + " bob@example.net"),
          found.stream().map(u -> u.id() + " " + u.address()).collect(Collectors.toSet()));
      assertEquals(3, found.size());
      assertEquals(Optional.of("5.1.1 550 no"), found.getFirst().last());
      assertEquals("alice@example.org", found.getFirst().reversePath());
      assertEquals(found.subList(0, 1), inspector.unreported(NOW, after, 1));
      assertEquals(List.of(), inspector.unreported(after, after.plusSeconds(9), 10));
      assertEquals(List.of(), inspector.unreported(NOW.minusSeconds(9), NOW, 10));
      assertEquals(
          List.of(waits.id()),
          ids(inspector.list(QueueFilter.ALL, 10).stream().filter(Listed::withheld).toList()));
      assertEquals(
          List.of(open.id()),
          ids(inspector.list(QueueFilter.ALL, 10).stream().filter(l -> !l.withheld()).toList()));
    }
  }

  @Test
  void whatWasRefusedIsRememberedForBothSidesUntilAFloodComes() throws IOException {
    try (SqliteStore store = open()) {
      var refusal =
          new Refusal(
              NOW, "reception [192.0.2.7]", "alice@example.org", "Bob@example.net", "550 5.1.1 no");
      store.note(refusal);
      for (int i = 0; i < 5000; i++) {
        store.note(new Refusal(NOW, "reception [192.0.2.9]", "x@example.org", "y", "550 no"));
      }
      QueueInspector inspector = store.inspector();
      while (inspector.refusals("x@example.org", 9999).size() < 1999) {
        Thread.onSpinWait();
      }
      assertEquals(List.of(refusal), inspector.refusals("bob@EXAMPLE.net", 10));
      assertEquals(List.of(refusal), inspector.refusals("alice@example.org", 10));
      assertEquals(1999, inspector.refusals("x@example.org", 9999).size());
      assertEquals(List.of(), inspector.refusals("carol@example.net", 10));
    }
  }

  @Test
  void theLifeOfAMessageIsToldWithItsAttempts() throws IOException {
    var remote = new RemoteHost("mx.example.net", "192.0.2.7:25", "TLSv1.3 dane");
    var later =
        new DeliveryOutcome.Deferred(
            EnhancedStatusCode.of(4, 2, 1),
            "450 4.2.1 later",
            Optional.of(remote),
            false,
            Optional.empty());
    var taken =
        new DeliveryOutcome.Delivered(
            EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), true, false);
    try (SqliteStore store = open()) {
      Consignment first = put(store, NOW, Mail.to("bob", Mail.NET)).getFirst();
      await(store.settle(settlement(first, later, new Fate.Retry(NOW.plusSeconds(60), true))));
      QueueInspector.Shown queued = store.inspector().show(first.id()).orElseThrow();
      assertEquals(Optional.empty(), queued.finished());
      QueueInspector.ShownRecipient bob = queued.recipients().getFirst();
      assertEquals(RecipientState.QUEUED, bob.state());
      assertEquals(NOW.plusSeconds(60), bob.nextAttempt());
      assertTrue(bob.delayReported());
      assertEquals(Optional.of("4.2.1 450 4.2.1 later"), bob.last());
      assertEquals(
          List.of(
              new QueueInspector.Attempt(
                  1,
                  NOW,
                  Duration.ofMillis(1234),
                  "deferred",
                  "4.2.1",
                  "450 4.2.1 later",
                  Optional.of(remote))),
          bob.history());
      Consignment second = store.lease(Mail.NET, NOW.plusSeconds(60), 9).consignments().getFirst();
      await(store.settle(settlement(second, taken, new Fate.Leaves(Ending.DELIVERED))));
      QueueInspector.Shown left = store.inspector().show(first.id()).orElseThrow();
      assertEquals(Optional.of(NOW), left.finished());
      assertEquals(RecipientState.DELIVERED, left.recipients().getFirst().state());
      assertEquals(2, left.recipients().getFirst().history().size());
      assertEquals(List.of(), store.inspector().list(QueueFilter.ALL, 9));
      assertEquals(Optional.empty(), store.inspector().show(Mail.id(NOW, random)));
    }
  }

  @Test
  void theSummaryCountsByDestinationAndAge() throws IOException {
    try (SqliteStore store = open()) {
      put(store, NOW.minusSeconds(60), Mail.to("a", Mail.NET));
      put(store, NOW.minusSeconds(1800), Mail.to("a", Mail.NET));
      put(store, NOW.minusSeconds(1900), Mail.to("a", Mail.NET), Mail.to("b", Mail.COM));
      Consignment old =
          put(store, NOW.minus(Duration.ofDays(2)), Mail.to("a", Mail.NET)).getFirst();
      await(store.operate(old.id(), Operation.HOLD, QueueFilter.ALL));
      QueueInspector.Summary summary = store.inspector().summary(1);
      assertEquals(2, summary.destinations());
      assertEquals(new Counts(4, 1, 0), summary.total());
      assertEquals(1, summary.fullest().size());
      QueueInspector.Waiting net = summary.fullest().getFirst();
      assertEquals(Mail.NET, net.destination());
      assertEquals(new Counts(3, 1, 0), net.counts());
      assertEquals(List.of(1, 2, 0, 0, 1), net.byAge());
      assertEquals(NOW.minus(Duration.ofDays(2)), net.oldest());
      assertEquals(Optional.of(NOW.minusSeconds(1900)), net.nextAttempt());
    }
  }

  @Test
  void anotherReaderSeesWhatIsCommittedWhetherOrNotTheServerRuns()
      throws IOException, SQLException {
    assertThrows(IOException.class, this::openReader);
    QueueId id;
    try (SqliteStore store = open();
        SqlInspector reader = openReader()) {
      id = put(store, NOW, Mail.to("bob", Mail.NET)).getFirst().id();
      assertEquals(List.of(id), ids(reader.list(QueueFilter.ALL, 9)));
      assertEquals(1, reader.summary(9).total().all());
      try (var connection = new SqliteEngine(directory.resolve("queue.db")).openReadOnly();
          var statement = connection.createStatement()) {
        assertThrows(SQLException.class, () -> statement.executeUpdate("DELETE FROM message"));
      }
    }
    try (SqlInspector reader = openReader()) {
      assertEquals(List.of(id), ids(reader.list(QueueFilter.ALL, 9)));
      assertEquals(id, reader.show(id).orElseThrow().id());
    }
    try (SqliteStore store = open()) {
      assertEquals(1, store.inspector().list(QueueFilter.ALL, 9).size());
    }
    Files.writeString(directory.resolve("queue.db"), "not a database");
    assertThrows(IOException.class, this::openReader);
  }

  private SqlInspector openReader() throws IOException {
    return SqlInspector.open(directory, InstantSource.fixed(NOW));
  }

  @Test
  void aDamagedAddressIsShownAsItStands() throws IOException, SQLException {
    try (SqliteStore store = open()) {
      put(store, NOW, Mail.to("bob", Mail.NET));
      try (var connection = new SqliteEngine(directory.resolve("queue.db")).openWriter();
          var statement = connection.createStatement()) {
        statement.executeUpdate("UPDATE recipient SET address = '\"broken', state = 'damaged'");
      }
      Listed listed = store.inspector().list(QueueFilter.ALL, 9).getFirst();
      assertEquals("\"broken", listed.address());
      assertEquals(new Counts(0, 0, 1), listed.counts());
      assertEquals(List.of(), await(store.lease(listed.id())));
    }
  }

  @Test
  void afterTheStoreIsClosedNothingIsRead() throws IOException {
    SqliteStore store = open();
    store.close();
    assertThrows(QueueUnavailableException.class, () -> store.inspector().list(QueueFilter.ALL, 9));
  }

  @Test
  void aMessageIsFoundByWhoeverAsks() throws IOException {
    try (SqliteStore store = open()) {
      Consignment first = put(store, NOW, Mail.to("Bob", Mail.NET)).getFirst();
      QueueId second = put(store, NOW.plusSeconds(1), Mail.to("carol", Mail.NET)).getFirst().id();
      QueueInspector inspector = store.inspector();
      assertEquals(List.of(first.id()), inspector.find("bOB@example.net", 9));
      assertEquals(List.of(second, first.id()), inspector.find("alice@example.org", 9));
      assertEquals(List.of(second), inspector.find("alice@example.org", 1));
      String messageId = inspector.show(second).orElseThrow().messageId().orElseThrow();
      assertEquals(List.of(second), inspector.find(messageId, 9));
      assertEquals(List.of(), inspector.find("nobody", 9));
    }
  }

  @Test
  void theLifeOfAMessageIsWrittenDownWithIt() throws IOException {
    QueueId id = Mail.id(NOW, random);
    var facts =
        List.of(
            new net.facteur.queue.Fact("received", "from [192.0.2.7]\r\nby mistake"),
            new net.facteur.queue.Fact("checked", "spf=pass"));
    try (SqliteStore store = open()) {
      NewMessage plain = Mail.of(id, NOW, new byte[9], Mail.ALICE, Mail.to("bob", Mail.NET));
      await(
          store.put(
              new NewMessage(
                  id,
                  NOW,
                  plain.header(),
                  plain.body(),
                  plain.envelopes(),
                  plain.traits(),
                  "test",
                  facts)));
      await(store.operate(id, Operation.HOLD, QueueFilter.ALL));
      QueueId report = Mail.id(NOW, random);
      NewMessage about = Mail.of(report, NOW, new byte[9], Mail.ALICE, Mail.to("x", Mail.COM));
      await(
          store.put(
              new NewMessage(
                  report,
                  NOW,
                  about.header(),
                  about.body(),
                  about.envelopes(),
                  about.traits(),
                  "report about " + id)));
      QueueInspector.Shown shown = store.inspector().show(id).orElseThrow();
      assertEquals(facts, shown.facts());
      assertEquals("from [192.0.2.7]  by mistake", shown.facts().getFirst().detail());
      assertEquals("hold", shown.journal().getFirst().what());
      assertEquals(List.of(report), shown.reports());
      try (var in = store.inspector().content(id).orElseThrow().openBody()) {
        assertEquals(9, in.readAllBytes().length);
      }
      await(store.operate(id, Operation.REMOVE, QueueFilter.ALL));
      assertEquals(Optional.empty(), store.inspector().content(id));
      assertEquals(facts, store.inspector().show(id).orElseThrow().facts());
    }
  }

  /// RFC 3461, 4.2: what stands in ORCPT is the address that the sender used.
  @Test
  void aMessageIsFoundByTheAliasThatTheSenderUsed() throws IOException, SQLException {
    try (SqliteStore store = open()) {
      QueueId list = put(store, NOW, Mail.to("bob", Mail.NET)).getFirst().id();
      QueueId other = put(store, NOW.plusSeconds(1), Mail.to("bob", Mail.NET)).getFirst().id();
      set(list, OriginalRecipient.of(new MailAddress("Info+x", "example.org")));
      set(other, OriginalRecipient.of(new MailAddress("\u00f6ffentlich", "example.org")));
      QueueInspector inspector = store.inspector();
      assertEquals(List.of(list), inspector.find("info+X@example.org", 9));
      assertEquals(List.of(other), inspector.find("\u00f6ffentlich@example.org", 9));
      assertEquals(List.of(), inspector.find("info@example.org", 9));
    }
  }

  private void set(QueueId id, String original) throws SQLException {
    try (var connection = new SqliteEngine(directory.resolve("queue.db")).openWriter();
        var statement =
            connection.prepareStatement(
                "UPDATE recipient SET orcpt = ? WHERE seq = (SELECT seq FROM message WHERE id ="
                    + " ?)")) {
      statement.setString(1, original);
      statement.setString(2, id.text());
      assertEquals(1, statement.executeUpdate());
    }
  }
}
