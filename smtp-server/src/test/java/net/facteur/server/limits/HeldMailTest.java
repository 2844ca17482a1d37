package net.facteur.server.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector.ShownRecipient;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.RecipientState;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.run.QueueRunner;
import net.facteur.queue.run.VirtualThreadWorkers;
import net.facteur.queue.sql.SqliteStore;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.language.Language;
import net.facteur.server.limits.SendingGate.Verdict;
import net.facteur.server.limits.SendingWishes.Verb;
import net.facteur.server.limits.SendingWishes.Wish;
import net.facteur.server.notices.Notices;
import net.facteur.server.smtp.SmtpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of held mail in a real queue. Its next hop defers everything; its clock stands
/// still unless it is moved.
class HeldMailTest {
  private static final String ALICE = "alice@example.org";
  private static final String WHY = Reason.HOUR.words() + " (300)";

  @TempDir private Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-12-01T10:00:00Z"));
  private final Random random = new Random(3);
  private final List<ReportWriter.Entry> reported = new CopyOnWriteArrayList<>();
  private Open open = new Open(() -> {}, Optional.empty());

  /// What stands on the temporary directory.
  private record Open(Runnable end, Optional<World> world) {}

  private record World(
      QueueRunner runner, QueueOperator queue, SendingLimits limits, HeldMail held) {}

  private World world() {
    return open.world().orElseThrow();
  }

  @BeforeEach
  void open() throws IOException {
    Path files = Files.createDirectories(directory.resolve("queue"));
    SqliteStore store = SqliteStore.open(QueueSettings.in(files), now::get);
    var runner =
        new QueueRunner(
            QueueSettings.in(files),
            store,
            attempt ->
                attempt.recipients().stream()
                    .collect(Collectors.toMap(r -> r, _ -> HeldMailTest.later())),
            report -> {
              reported.addAll(report.entries());
              return Optional.empty();
            },
            now::get,
            random,
            new VirtualThreadWorkers());
    runner.start();
    SqlCountStore counts = SqlCountStore.in(directory, now::get);
    var limits =
        new SendingLimits(counts, "node", new LoginHistory(() -> 0), now::get, Runnable::run);
    limits.exchange();
    limits.use(LimitsSettings.DEFAULTS.learningFor(Duration.ZERO), _ -> {});
    QueueOperator operator = runner.operator(store.inspector());
    open =
        new Open(
            () -> {
              runner.close();
              counts.close();
            },
            Optional.of(
                new World(runner, operator, limits, new HeldMail(operator, limits, now::get))));
  }

  @AfterEach
  void close() {
    open.end().run();
  }

  private static DeliveryOutcome later() {
    return new DeliveryOutcome.Deferred(
        EnhancedStatusCode.of(4, 2, 1), "450 not yet", Optional.empty(), false, Optional.empty());
  }

  private QueueId held(String account, String local, int recipients) {
    QueueId id = QueueId.next(now::get, random);
    List<Recipient> to =
        IntStream.range(0, recipients)
            .mapToObj(
                i ->
                    Recipient.of(
                        new MailAddress(local + i, "example.net"),
                        new Destination("mx:example.net")))
            .toList();
    return world()
        .runner()
        .enqueue(
            new NewMessage(
                id,
                now.get(),
                "Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                StagedBody.of(new byte[10]),
                List.of(
                    new Envelope(new ReversePath.Of(new MailAddress("alice", "example.org")), to)),
                MessageTraits.PLAIN,
                "submission alice",
                List.of(new Fact(Fact.HELD, account + ": " + WHY)),
                Optional.of(account)))
        .toCompletableFuture()
        .join();
  }

  private List<ShownRecipient> recipients(QueueId id) {
    return world().queue().show(id).orElseThrow().recipients();
  }

  private RecipientState state(QueueId id) {
    return recipients(id).getFirst().state();
  }

  private void pass(Duration time) {
    now.updateAndGet(at -> at.plus(time));
  }

  @Test
  void whatNobodyReleasesGoesBackAfterFiveDaysWithItsReasonAndThePostmasterIsTold()
      throws IOException {
    QueueId first = held(ALICE, "a", 2);
    QueueId phone = held(ALICE + "/phone", "b", 1);
    pass(Duration.ofDays(5).minusMinutes(1));
    QueueId young = held(ALICE, "c", 1);
    List<Notices.Notice> told = new ArrayList<>();
    world().held().returns(told::add).advance();
    assertEquals(List.of(), told);
    assertEquals(RecipientState.HELD, state(first));

    pass(Duration.ofMinutes(2));
    world().held().returns(told::add).advance();
    assertEquals(RecipientState.BOUNCED, state(first));
    assertEquals(RecipientState.BOUNCED, state(phone));
    assertEquals(RecipientState.HELD, state(young));
    assertEquals(
        List.of(
            "Held mail of " + ALICE + " went back: 1 message",
            "Held mail of " + ALICE + "/phone went back: 1 message"),
        told.stream().map(notice -> notice.subject().in(Language.ENGLISH)).toList());
    assertEquals(3, reported.size());
    for (ReportWriter.Entry entry : reported) {
      assertEquals(ReportWriter.Event.FAILED, entry.event());
      assertEquals(
          "held for 5 days and not released by the postmaster; " + WHY, entry.outcome().reply());
    }
  }

  @Test
  void whatIsReleasedLeavesAtAPaceAndIsNoStrangerAnyMore() throws IOException {
    QueueId first = held(ALICE, "a", 30);
    pass(Duration.ofSeconds(1));
    QueueId second = held(ALICE, "b", 60);
    pass(Duration.ofSeconds(1));
    QueueId third = held(ALICE, "c", 1);
    Instant start = now.get();
    QueueId other = held("bob@example.org", "d", 1);
    HeldMail.Done done = world().held().release(ALICE);
    assertEquals(3, done.messages());
    assertEquals(91, done.recipients());
    assertEquals(start.plusSeconds(91), done.last());
    assertEquals(RecipientState.QUEUED, state(first));
    assertEquals(start.plusSeconds(30), recipients(second).getFirst().nextAttempt());
    assertEquals(start.plusSeconds(90), recipients(third).getFirst().nextAttempt());
    assertEquals(RecipientState.HELD, state(other));
    // 91 more of whom she wrote to are none of the 100 strangers of a day.
    List<String> known =
        recipients(second).stream().map(ShownRecipient::address).limit(60).toList();
    assertEquals(Verdict.Free.FREE, send(known));
    assertEquals(
        Verdict.Free.FREE,
        send(IntStream.range(0, 100).mapToObj(i -> "new" + i + "@example.net").toList()));
  }

  private Verdict send(List<String> to) {
    return world()
        .limits()
        .admit(new Sending(SmtpClient.local("session", ALICE), to, Optional.empty()));
  }

  @Test
  void wishesThatWereWrittenWithoutAServerAreDoneInTheirOrderAndOnce() throws IOException {
    QueueId alices = held(ALICE, "a", 1);
    QueueId bobs = held("bob@example.org", "b", 1);
    var wishes = new SendingWishes(directory.resolve(SendingWishes.FILE_NAME));
    wishes.add(new Wish(Verb.HOLD, ALICE));
    wishes.add(new Wish(Verb.DROP, ALICE));
    wishes.add(new Wish(Verb.HOLD, "bob@example.org"));
    wishes.add(new Wish(Verb.RELEASE, "bob@example.org"));
    wishes.atStart(world().held(), world().limits());
    assertEquals(RecipientState.REMOVED, state(alices));
    assertEquals(RecipientState.QUEUED, state(bobs));
    assertTrue(world().limits().standing(ALICE).getFirst().stop().isPresent());
    assertTrue(world().limits().standing("bob@example.org").getFirst().stop().isEmpty());
    assertEquals(0, Files.size(directory.resolve(SendingWishes.FILE_NAME)));
    QueueId next = held(ALICE, "c", 1);
    wishes.atStart(world().held(), world().limits());
    assertEquals(RecipientState.HELD, state(next));
  }
}
