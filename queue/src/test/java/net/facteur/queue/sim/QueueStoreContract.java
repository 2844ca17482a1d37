package net.facteur.queue.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.facteur.queue.BodyStage;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.MoreRecipients;
import net.facteur.queue.NewMessage;
import net.facteur.queue.Notify;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.RecipientState;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.store.Ages;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DueDestination;
import net.facteur.queue.store.DuePage;
import net.facteur.queue.store.Operated;
import net.facteur.queue.store.Operation;
import net.facteur.queue.store.Order;
import net.facteur.queue.store.QueueStore;
import net.facteur.queue.store.Settlement;
import net.facteur.queue.store.Settlement.Ending;
import net.facteur.queue.store.Settlement.Entry;
import net.facteur.queue.store.Settlement.Fate;
import org.junit.jupiter.api.Test;

/// What every store must do. A subclass says how it is opened.
public abstract class QueueStoreContract {
  /// When the messages of these tests are received.
  protected static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final Random random = new Random(7);

  /// A store that groups at most 100 recipients and stages bodies over 64 KiB in files, if it does
  /// so at all; the same one, closed and opened again, at a second call.
  protected abstract QueueStore open() throws IOException;

  protected QueueId id() {
    return Mail.id(NOW, random);
  }

  protected NewMessage mail(Recipient... recipients) {
    return Mail.of(
        id(),
        NOW,
        "Hello\r\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
        Mail.ALICE,
        recipients);
  }

  protected static <T> T await(java.util.concurrent.CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  /// What is due for a destination, whatever the caller still holds being given back.
  protected static List<Consignment> due(QueueStore store, Destination destination) {
    DuePage page = store.lease(destination, NOW, 1000);
    page.consignments().forEach(store::release);
    return page.consignments();
  }

  private static List<Consignment> unrepeated(List<Consignment> consignments) {
    return consignments.stream().map(Consignment::unrepeated).toList();
  }

  protected static Settlement ends(Consignment consignment, Fate fate, NewMessage... reports) {
    return new Settlement(
        consignment,
        true,
        NOW,
        Duration.ofMillis(5),
        consignment.recipients().stream()
            .map(
                r ->
                    new Entry(
                        r,
                        fate instanceof Fate.Retry
                            ? new Deferred(
                                EnhancedStatusCode.of(4, 2, 0),
                                "450 later",
                                Optional.empty(),
                                false,
                                Optional.empty())
                            : new Delivered(
                                EnhancedStatusCode.of(2, 0, 0),
                                "250 ok",
                                Optional.empty(),
                                true,
                                false),
                        fate))
            .toList(),
        List.of(reports));
  }

  @Test
  void aNewMessageIsLeasedToWhoPutIt() throws IOException {
    try (QueueStore store = open()) {
      List<Consignment> put = await(store.put(mail(Mail.to("bob", Mail.NET))));
      assertEquals(1, put.size());
      assertEquals(List.of(), store.lease(Mail.NET, NOW, 10).consignments());
      store.release(put.getFirst());
      assertEquals(put, unrepeated(store.lease(Mail.NET, NOW, 10).consignments()));
      assertEquals(List.of(), store.lease(Mail.NET, NOW, 10).consignments());
    }
  }

  private static MoreRecipients more(
      NewMessage mail, ReversePath after, ReversePath path, String to) {
    return new MoreRecipients(
        mail.id(),
        after,
        List.of(new Envelope(path, List.of(Mail.to(to, Mail.NET)))),
        mail.traits(),
        mail.received(),
        mail.header().length + mail.body().size());
  }

  private static final ReversePath FIRST =
      new ReversePath.Of(new MailAddress("l+1", "example.org"));

  @Test
  void recipientsAreAddedToAMessageOnce() throws IOException {
    NewMessage mail = mail(Mail.to("list", Mail.NET));
    Consignment put;
    try (QueueStore store = open()) {
      put = await(store.put(mail)).getFirst();
      var added = await(store.extend(more(mail, put.reversePath(), FIRST, "bob")));
      assertEquals(new MoreRecipients.Outcome.Added(), added.outcome());
      Consignment bob = added.consignments().getFirst();
      assertEquals(FIRST, bob.reversePath());
      assertEquals(1, bob.recipients().getFirst().number());
      assertEquals(put.size(), bob.size());
      assertEquals(
          new MoreRecipients.Outcome.Behind(FIRST),
          await(store.extend(more(mail, put.reversePath(), FIRST, "bob"))).outcome());
      await(store.settle(ends(put, new Fate.Leaves(Ending.DELIVERED))));
      // the one that is left still needs the octets
      assertEquals(mail.body().size(), store.content(bob).bodySize());
    }
    try (QueueStore store = open()) {
      assertEquals(
          new MoreRecipients.Outcome.Behind(FIRST),
          await(store.extend(more(mail, put.reversePath(), FIRST, "bob"))).outcome());
      assertEquals(1, due(store, Mail.NET).size());
    }
  }

  @Test
  void nothingIsAddedToAMessageThatHasLeft() throws IOException {
    try (QueueStore store = open()) {
      NewMessage mail = mail(Mail.to("list", Mail.NET));
      Consignment put = await(store.put(mail)).getFirst();
      await(store.settle(ends(put, new Fate.Leaves(Ending.DELIVERED))));
      var gone = await(store.extend(more(mail, put.reversePath(), FIRST, "bob")));
      assertEquals(QueueStore.Extended.not(new MoreRecipients.Outcome.Gone()), gone);
      assertEquals(List.of(), due(store, Mail.NET));
    }
  }

  @Test
  void whatAnEarlierProcessLeftMayRepeatAnAttemptOfIts() throws IOException {
    try (QueueStore store = open()) {
      Consignment put = await(store.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      assertFalse(put.mayRepeat());
    }
    try (QueueStore store = open()) {
      assertTrue(due(store, Mail.NET).getFirst().mayRepeat());
      // The attempt of this process is no other than that.
      assertTrue(due(store, Mail.NET).getFirst().only(_ -> true).orElseThrow().mayRepeat());
      assertFalse(await(store.put(mail(Mail.to("bob", Mail.COM)))).getFirst().mayRepeat());
    }
  }

  @Test
  void whatIsExpectedMayComeOrNotAndNothingElseSuffers() throws IOException {
    try (QueueStore store = open()) {
      for (int i = 0; i < 50; i++) {
        store.expect();
        Consignment put = await(store.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
        store.expect();
        await(store.settle(ends(put, new Fate.Leaves(Settlement.Ending.DELIVERED))));
      }
      store.expect();
      assertEquals(List.of(), due(store, Mail.NET));
    }
  }

  @Test
  void everyValueComesBackAsItWasPut() throws IOException {
    var odd =
        new Recipient(
            new MailAddress("a \"quoted\\\" @part", "xn--bcher-kva.example"),
            Mail.NET,
            Optional.of(Set.of()),
            Optional.of("rfc822;a+20b@example.net"));
    var utf8 =
        new Recipient(
            new MailAddress("józsef", "bücher.example"),
            Mail.NET,
            Optional.of(EnumSet.of(Notify.DELAY, Notify.SUCCESS)),
            Optional.empty());
    var postmaster =
        new Recipient(
            new MailAddress("postmaster", ""), Mail.NET, Optional.empty(), Optional.empty());
    var traits =
        new MessageTraits(
            MessageTraits.Body.BINARY_MIME,
            true,
            true,
            Optional.of(MessageTraits.Returned.HDRS),
            Optional.of("QQ+3D1"),
            MessageTraits.Priority.BULK);
    QueueId id = id();
    var message =
        new NewMessage(
            id,
            NOW.minusMillis(1),
            Mail.header(id),
            StagedBody.of(new byte[0]),
            List.of(new Envelope(ReversePath.Null.NULL, List.of(odd, utf8, postmaster))),
            traits,
            "test [192.0.2.7]");
    List<Consignment> put;
    try (QueueStore store = open()) {
      put = await(store.put(message));
    }
    try (QueueStore store = open()) {
      List<Consignment> found = due(store, Mail.NET);
      assertEquals(put, unrepeated(found));
      Consignment one = found.getFirst();
      assertEquals(traits, one.traits());
      assertEquals(ReversePath.Null.NULL, one.reversePath());
      assertEquals(
          List.of(odd, utf8, postmaster),
          one.recipients().stream().map(r -> r.recipient()).toList());
      assertEquals(id, one.id());
      assertEquals(0, store.content(one).bodySize());
    }
  }

  @Test
  void contentComesBackOctetForOctet() throws IOException {
    for (int size : new int[] {0, 1, 8191, 8192, 65_536, 65_537, 300_000}) {
      byte[] octets = new byte[size];
      random.nextBytes(octets);
      NewMessage message;
      Consignment put;
      try (QueueStore store = open()) {
        BodyStage stage = store.stage();
        for (int from = 0; from < size; from += 5000) {
          stage.write(ByteBuffer.wrap(octets, from, Math.min(5000, size - from)));
        }
        assertEquals(size, stage.size());
        QueueId id = id();
        message =
            Mail.of(
                id,
                NOW,
                stage.complete(),
                List.of(new Envelope(Mail.ALICE, List.of(Mail.to("bob", Mail.NET)))));
        put = await(store.put(message)).getFirst();
      }
      try (QueueStore store = open()) {
        MessageContent content = store.content(put);
        assertArrayEquals(message.header(), content.header());
        assertEquals(size, content.bodySize());
        try (InputStream in = content.openBody()) {
          assertArrayEquals(octets, in.readAllBytes());
        }
      }
    }
  }

  @Test
  void recipientsShareAConsignmentByHopAndReversePath() throws IOException {
    var bounce = new ReversePath.Of(new MailAddress("SRS0=x", "example.org"));
    var message =
        Mail.of(
            id(),
            NOW,
            StagedBody.of(new byte[1]),
            List.of(
                new Envelope(
                    Mail.ALICE,
                    List.of(
                        Mail.to("a", Mail.NET), Mail.to("b", Mail.COM), Mail.to("c", Mail.NET))),
                new Envelope(bounce, List.of(Mail.to("d", Mail.NET)))));
    try (QueueStore store = open()) {
      List<Consignment> put = await(store.put(message));
      assertEquals(List.of(2, 1, 1), put.stream().map(c -> c.recipients().size()).toList());
      put.forEach(store::release);
      assertEquals(2, due(store, Mail.NET).size());
      assertEquals(1, due(store, Mail.COM).size());
    }
  }

  @Test
  void aConsignmentIsBounded() throws IOException {
    Recipient[] many =
        IntStream.range(0, 250).mapToObj(i -> Mail.to("r" + i, Mail.NET)).toArray(Recipient[]::new);
    try (QueueStore store = open()) {
      List<Consignment> put = await(store.put(mail(many)));
      assertEquals(List.of(100, 100, 50), put.stream().map(c -> c.recipients().size()).toList());
      put.forEach(store::release);
      assertEquals(
          List.of(100, 100, 50),
          due(store, Mail.NET).stream().map(c -> c.recipients().size()).toList());
    }
  }

  @Test
  void aDeliveredRecipientLeaves() throws IOException {
    try (QueueStore store = open()) {
      Consignment put = await(store.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      await(store.settle(ends(put, new Fate.Leaves(Ending.DELIVERED))));
      assertEquals(List.of(), due(store, Mail.NET));
      assertEquals(List.of(), store.destinations("", 10));
      assertThrows(IOException.class, () -> store.content(put));
    }
    try (QueueStore store = open()) {
      assertEquals(List.of(), due(store, Mail.NET));
    }
  }

  @Test
  void theContentStaysWhileOneRecipientIsOpen() throws IOException {
    try (QueueStore store = open()) {
      List<Consignment> put =
          await(store.put(mail(Mail.to("bob", Mail.NET), Mail.to("carol", Mail.COM))));
      await(store.settle(ends(put.get(0), new Fate.Leaves(Ending.DELIVERED))));
      assertEquals(7, store.content(put.get(1)).bodySize());
      await(store.settle(ends(put.get(1), new Fate.Leaves(Ending.DELIVERED))));
      assertThrows(IOException.class, () -> store.content(put.get(1)));
    }
  }

  @Test
  void aDeferredRecipientIsDueLaterAndNotBefore() throws IOException {
    Instant later = NOW.plusSeconds(300);
    Consignment put;
    try (QueueStore store = open()) {
      put = await(store.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      await(store.settle(ends(put, new Fate.Retry(later, true))));
    }
    try (QueueStore store = open()) {
      DuePage now = store.lease(Mail.NET, later.minusMillis(1), 10);
      assertEquals(List.of(), now.consignments());
      assertEquals(Optional.of(later), now.nextDue());
      assertEquals(List.of(new DueDestination(Mail.NET, later)), store.destinations("", 10));
      Consignment again = store.lease(Mail.NET, later, 10).consignments().getFirst();
      assertEquals(2, again.attempt());
      assertTrue(again.recipients().getFirst().delayReported());
    }
  }

  @Test
  void aReportIsQueuedWithWhatItReports() throws IOException {
    try (QueueStore store = open()) {
      Consignment put = await(store.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      NewMessage report =
          Mail.of(id(), NOW, new byte[10], ReversePath.Null.NULL, Mail.to("alice", Mail.COM));
      List<Consignment> reports =
          await(store.settle(ends(put, new Fate.Leaves(Ending.FAILED), report)));
      assertEquals(report.id(), reports.getFirst().id());
      assertEquals(List.of(), store.lease(Mail.COM, NOW, 10).consignments());
      reports.forEach(store::release);
      assertEquals(reports, unrepeated(due(store, Mail.COM)));
    }
  }

  @Test
  void aPageEndsAtItsLimitAndTellsOfTheRest() throws IOException {
    try (QueueStore store = open()) {
      for (int i = 0; i < 10; i++) {
        await(store.put(mail(Mail.to("r" + i, Mail.NET)))).forEach(store::release);
      }
      DuePage first = store.lease(Mail.NET, NOW, 4);
      DuePage second = store.lease(Mail.NET, NOW, 4);
      DuePage third = store.lease(Mail.NET, NOW, 4);
      assertEquals(List.of(4, 4, 2), List.of(size(first), size(second), size(third)));
      assertEquals(Optional.of(NOW), first.nextDue());
      assertEquals(Optional.empty(), third.nextDue());
    }
  }

  private static int size(DuePage page) {
    return page.consignments().size();
  }

  @Test
  void destinationsComeInOrderAndInPages() throws IOException {
    try (QueueStore store = open()) {
      for (String name : List.of("mx:c.test", "mx:a.test", "mx:b.test", "mx:a.test")) {
        await(store.put(mail(Mail.to("bob", new Destination(name)))));
      }
      assertEquals(
          List.of("mx:a.test", "mx:b.test"),
          store.destinations("", 2).stream().map(d -> d.destination().text()).toList());
      assertEquals(
          List.of("mx:c.test"),
          store.destinations("mx:b.test", 2).stream().map(d -> d.destination().text()).toList());
    }
  }

  @Test
  void anOperationConcernsTheOpenRecipientsOfAQueuedMessage() throws IOException {
    try (QueueStore store = open()) {
      List<Consignment> put =
          await(store.put(mail(Mail.to("bob", Mail.NET), Mail.to("carol", Mail.COM))));
      QueueId id = put.getFirst().id();
      await(store.settle(ends(put.get(0), new Fate.Leaves(Ending.DELIVERED))));
      assertEquals(
          1, await(store.operate(id, Operation.HOLD, QueueFilter.ALL)).orElseThrow().recipients());
      assertEquals(
          0, await(store.operate(id, Operation.HOLD, QueueFilter.ALL)).orElseThrow().recipients());
      // The attempt that was under way ends, and the recipient stays held.
      await(store.settle(ends(put.get(1), new Fate.Retry(NOW, false))));
      assertEquals(List.of(), due(store, Mail.COM));
      assertEquals(
          0, await(store.operate(id, Operation.RETRY, QueueFilter.ALL)).orElseThrow().recipients());
      Operated released =
          await(store.operate(id, Operation.RELEASE, QueueFilter.ALL)).orElseThrow();
      assertEquals(List.of(Mail.COM), released.due());
      assertEquals(2, due(store, Mail.COM).getFirst().attempt());
      assertEquals(
          1,
          await(store.operate(id, Operation.REMOVE, QueueFilter.ALL)).orElseThrow().recipients());
      assertEquals(List.of(), due(store, Mail.COM));
      assertThrows(IOException.class, () -> store.content(put.get(1)));
      assertEquals(Optional.empty(), await(store.operate(id, Operation.RELEASE, QueueFilter.ALL)));
      assertEquals(Optional.empty(), await(store.operate(id(), Operation.HOLD, QueueFilter.ALL)));
    }
  }

  private NewMessage held(Recipient... recipients) {
    NewMessage plain = mail(recipients);
    return new NewMessage(
        plain.id(),
        plain.received(),
        plain.header(),
        plain.body(),
        plain.envelopes(),
        plain.traits(),
        plain.origin(),
        List.of(new Fact(Fact.HELD, "too many")),
        Optional.of("alice@example.org"));
  }

  @Test
  void aMessageThatComesHeldWaitsUntilItIsReleasedAndThenForItsTime() throws IOException {
    NewMessage message = held(Mail.to("bob", Mail.NET), Mail.to("carol", Mail.COM));
    try (QueueStore store = open()) {
      assertEquals(List.of(), await(store.put(message)));
      assertEquals(List.of(), due(store, Mail.NET));
      assertEquals(List.of(), store.destinations("", 9));
    }
    try (QueueStore store = open()) {
      assertEquals(List.of(), due(store, Mail.NET));
      Operated later =
          await(
                  store.release(
                      message.id(),
                      QueueFilter.ALL.with(RecipientState.HELD).with(Mail.NET),
                      NOW.plusSeconds(600)))
              .orElseThrow();
      assertEquals(1, later.recipients());
      assertEquals(NOW.plusSeconds(600), later.at());
      assertEquals(List.of(), due(store, Mail.NET));
      assertEquals(NOW.plusSeconds(600), store.destinations("", 9).getFirst().earliest());
      Operated past =
          await(store.release(message.id(), QueueFilter.ALL.with(Mail.COM), NOW.minusSeconds(600)))
              .orElseThrow();
      assertEquals(NOW, past.at());
      assertEquals(1, due(store, Mail.COM).size());
    }
  }

  @Test
  void retryMakesDueWhatWaits() throws IOException {
    try (QueueStore store = open()) {
      Consignment put = await(store.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      await(store.settle(ends(put, new Fate.Retry(NOW.plusSeconds(3600), false))));
      assertEquals(List.of(), due(store, Mail.NET));
      assertEquals(
          1,
          await(store.operate(put.id(), Operation.RETRY, QueueFilter.ALL))
              .orElseThrow()
              .recipients());
      assertEquals(1, due(store, Mail.NET).size());
    }
  }

  @Test
  void aMessageIsLeasedButForWhatOthersHold() throws IOException {
    try (QueueStore store = open()) {
      List<Consignment> put =
          await(store.put(mail(Mail.to("bob", Mail.NET), Mail.to("carol", Mail.COM))));
      QueueId id = put.getFirst().id();
      assertEquals(List.of(), await(store.lease(id)));
      store.release(put.get(1));
      await(store.operate(id, Operation.HOLD, QueueFilter.ALL));
      assertEquals(List.of(put.get(1)), unrepeated(await(store.lease(id))));
      assertEquals(List.of(), await(store.lease(id)));
      assertEquals(List.of(), await(store.lease(id())));
    }
  }

  @Test
  void whatIsSetAsideIsNotDelivered() throws IOException {
    try (QueueStore store = open()) {
      Consignment put = await(store.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      await(store.setAside(put, "test"));
      assertEquals(List.of(), due(store, Mail.NET));
      assertEquals(List.of(), store.destinations("", 10));
    }
  }

  @Test
  void anOperationIsBoundToWhomItMeans() throws IOException {
    try (QueueStore store = open()) {
      List<Consignment> put =
          await(
              store.put(
                  mail(
                      Mail.to("bob", Mail.NET),
                      Mail.to("Carol", Mail.NET),
                      Mail.to("carol", Mail.COM))));
      QueueId id = put.getFirst().id();
      put.forEach(store::release);
      QueueFilter carol = QueueFilter.ALL.to("CAROL@example.net");
      assertEquals(1, await(store.operate(id, Operation.HOLD, carol)).orElseThrow().recipients());
      assertEquals(1, due(store, Mail.NET).getFirst().recipients().size());
      QueueFilter com = QueueFilter.ALL.toDomain("Example.com");
      assertEquals(1, await(store.operate(id, Operation.HOLD, com)).orElseThrow().recipients());
      assertEquals(List.of(), due(store, Mail.COM));
      QueueFilter part = QueueFilter.ALL.toDomain("ample.net");
      assertEquals(0, await(store.operate(id, Operation.HOLD, part)).orElseThrow().recipients());
      QueueFilter held = QueueFilter.ALL.with(RecipientState.HELD).with(Mail.NET);
      assertEquals(1, await(store.operate(id, Operation.REMOVE, held)).orElseThrow().recipients());
      QueueFilter stranger = QueueFilter.ALL.from("mallory@example.org");
      assertEquals(
          0, await(store.operate(id, Operation.REMOVE, stranger)).orElseThrow().recipients());
    }
  }

  @Test
  void oldMailIsFoundByItsAge() throws IOException {
    try (QueueStore store = open()) {
      assertEquals(new Ages(Optional.empty(), Optional.empty()), store.ages(Mail.NET));
      Consignment told = await(store.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      await(store.settle(ends(told, new Fate.Retry(NOW, true))));
      Instant later = NOW.plusSeconds(3600);
      NewMessage young = Mail.of(id(), later, new byte[3], Mail.ALICE, Mail.to("carol", Mail.NET));
      await(store.put(young)).forEach(store::release);
      assertEquals(new Ages(Optional.of(later), Optional.of(NOW)), store.ages(Mail.NET));
      assertEquals(List.of(), old(store, NOW.minusMillis(1), later.minusMillis(1), later));
      assertEquals(List.of(told.id()), old(store, NOW, later.minusMillis(1), later));
      assertEquals(List.of(young.id()), old(store, NOW.minusMillis(1), later, later));
      assertEquals(List.of(told.id()), old(store, later, later, NOW));
      assertEquals(List.of(told.id(), young.id()), old(store, later, later, later));
    }
  }

  private static List<QueueId> old(QueueStore store, Instant all, Instant untold, Instant dueBy) {
    var acceptedBy = new Ages(Optional.of(untold), Optional.of(all));
    List<Consignment> found = store.leaseOld(Mail.NET, dueBy, acceptedBy, 10).consignments();
    found.forEach(store::release);
    return found.stream().map(Consignment::id).toList();
  }

  @Test
  void anOperationTellsWhomItMeans() throws IOException {
    try (QueueStore store = open()) {
      List<Consignment> put =
          await(store.put(mail(Mail.to("bob", Mail.NET), Mail.to("carol", Mail.COM))));
      QueueId id = put.getFirst().id();
      Operated first =
          await(store.operate(id, Operation.HOLD, QueueFilter.ALL.with(Mail.COM))).orElseThrow();
      assertEquals(List.of(Mail.NET), first.due(), "what stays queued is to be looked for");
      QueueFilter held = QueueFilter.ALL.with(RecipientState.HELD);
      Operated operated = await(store.operate(id, Operation.HOLD, held)).orElseThrow();
      assertEquals(0, operated.recipients());
      assertEquals(java.util.Set.of(1), operated.meant());
    }
  }

  @Test
  void whatIsMovedIsDueElsewhere() throws IOException {
    try (QueueStore store = open()) {
      Consignment put = await(store.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      await(store.operate(put.id(), Operation.HOLD, QueueFilter.ALL));
      await(store.move(put, Mail.COM));
      assertEquals(List.of(), due(store, Mail.NET));
      Consignment moved = due(store, Mail.COM).getFirst();
      assertEquals("bob@example.net", moved.recipients().getFirst().recipient().address().text());
      assertEquals(7, store.content(moved).bodySize());
    }
  }

  @Test
  void anOrderStandsUntilItIsCarriedOutOrTakenBack() throws IOException {
    var bounce = new Order.Bounce("held for 5 days; too much");
    QueueId id;
    try (QueueStore store = open()) {
      id =
          await(store.put(mail(Mail.to("bob", Mail.NET), Mail.to("carol", Mail.COM))))
              .getFirst()
              .id();
      // Both are leased, as in an attempt.
      assertEquals(
          1,
          await(store.order(id, bounce, QueueFilter.ALL.with(Mail.NET)))
              .orElseThrow()
              .recipients());
      await(store.order(id, new Order.Move(Mail.NET), QueueFilter.ALL.with(Mail.COM)));
      assertEquals(Optional.empty(), await(store.order(id(), new Order.Bounce(), QueueFilter.ALL)));
    }
    try (QueueStore store = open()) {
      assertEquals(List.of(id), store.ordered(10));
      assertEquals(Map.of(0, bounce, 1, new Order.Move(Mail.NET)), store.orders(id));
      assertEquals(Map.of(), store.orders(id()));
      Consignment moved =
          await(store.lease(id)).stream()
              .filter(c -> c.destination().equals(Mail.COM))
              .findFirst()
              .orElseThrow();
      await(store.move(moved, Mail.NET));
      assertEquals(Map.of(0, bounce), store.orders(id));
      await(store.operate(id, Operation.HOLD, QueueFilter.ALL.to("bob@example.net")));
      assertEquals(Map.of(), store.orders(id), "held for good");
      assertEquals(List.of(), store.ordered(10));
      await(store.order(id, new Order.Bounce(), QueueFilter.ALL));
      assertEquals(2, store.orders(id).size());
      await(store.operate(id, Operation.RELEASE, QueueFilter.ALL));
      assertEquals(Map.of(), store.orders(id));
    }
  }

  @Test
  void anOrderOutlivesTheEndOfAnAttempt() throws IOException {
    try (QueueStore store = open()) {
      Consignment put = await(store.put(mail(Mail.to("bob", Mail.NET)))).getFirst();
      await(store.order(put.id(), new Order.Bounce(), QueueFilter.ALL));
      await(store.settle(ends(put, new Fate.Retry(NOW.plusSeconds(3600), false))));
      assertEquals(Map.of(0, new Order.Bounce()), store.orders(put.id()));
      Consignment leased = await(store.lease(put.id())).getFirst();
      await(store.settle(ends(leased, new Fate.Leaves(Ending.BOUNCED))));
      assertEquals(List.of(), store.ordered(10));
    }
  }

  @Test
  void whoForwardedIsKeptWithTheRecipient() throws IOException {
    var by = List.of(new MailAddress("team", "example.org"), new MailAddress("a b", "example.org"));
    var recipient =
        new Recipient(
            new MailAddress("bob", "example.net"),
            Mail.NET,
            Optional.empty(),
            Optional.empty(),
            by);
    try (QueueStore store = open()) {
      await(store.put(mail(recipient))).forEach(store::release);
      assertEquals(recipient, due(store, Mail.NET).getFirst().recipients().getFirst().recipient());
    }
  }
}
