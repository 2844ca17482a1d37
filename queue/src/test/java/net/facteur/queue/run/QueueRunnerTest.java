package net.facteur.queue.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.NewMessage;
import net.facteur.queue.Notify;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.StagedBody;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.sim.MemoryStore;
import net.facteur.queue.sim.VirtualTime;
import org.junit.jupiter.api.Test;

class QueueRunnerTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private final Random random = new Random(11);
  private final VirtualTime time = new VirtualTime(START, random);
  private final MemoryStore.Disk disk = new MemoryStore.Disk();
  private final List<String> reported = new ArrayList<>();
  private final List<Instant> attempts = new ArrayList<>();
  private final List<Boolean> mayRepeat = new ArrayList<>();
  private boolean dead = true;
  private boolean speechless;

  private Workers workers = time.workers(Duration.ofSeconds(30));
  private MemoryStore store = new MemoryStore(disk, 100, time, Runnable::run, () -> false);
  private QueueRunner runner = newRunner();

  private QueueRunner newRunner() {
    return new QueueRunner(
        QueueSettings.in(Path.of("unused")),
        store,
        this::deliver,
        this::report,
        time,
        random,
        workers);
  }

  /// The process dies with what it was doing, and another begins.
  private void crash() {
    workers.close();
    store.crash();
    workers = time.workers(Duration.ofSeconds(30));
    store = new MemoryStore(disk, 100, time, Runnable::run, () -> false);
    runner = newRunner();
    runner.start();
  }

  private Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    attempts.add(time.instant());
    mayRepeat.add(attempt.mayRepeat());
    DeliveryOutcome outcome =
        dead
            ? new DeliveryOutcome.Deferred(
                EnhancedStatusCode.of(4, 4, 1),
                "timed out",
                Optional.empty(),
                true,
                Optional.empty())
            : new DeliveryOutcome.Delivered(
                EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), true, false);
    return attempt.recipients().stream().collect(Collectors.toMap(r -> r, _ -> outcome));
  }

  private Optional<NewMessage> report(ReportWriter.Report about) {
    if (speechless) {
      throw new IllegalStateException("scripted");
    }
    for (ReportWriter.Entry entry : about.entries()) {
      reported.add(
          entry.event()
              + " "
              + entry.recipient().address().localPart()
              + " "
              + Duration.between(START, time.instant()).toHours());
    }
    return Optional.empty();
  }

  private QueueId enqueue(Recipient... recipients) {
    return runner
        .enqueue(
            Mail.of(
                Mail.id(START, random),
                START,
                StagedBody.of(new byte[10]),
                List.of(new Envelope(Mail.ALICE, List.of(recipients)))))
        .toCompletableFuture()
        .join();
  }

  @Test
  void aDeadDestinationCostsFewAttemptsAndItsSendersHearInTime() {
    runner.start();
    for (int i = 0; i < 300; i++) {
      enqueue(Mail.to("r" + i, Mail.NET));
    }
    time.runUntil(START.plus(Duration.ofHours(6)));
    assertEquals(300, reported.size());
    assertTrue(
        reported.stream().allMatch(r -> r.startsWith("DELAYED") && r.endsWith(" 4")),
        reported::toString);
    // One after each rest of up to ten minutes.
    assertTrue(attempts.size() < 60, "" + attempts.size());
    time.runUntil(START.plus(Duration.ofDays(5)).plus(Duration.ofHours(2)));
    assertEquals(600, reported.size());
    assertEquals(300, reported.stream().filter(r -> r.startsWith("FAILED")).count());
    assertEquals(Set.of(), disk.openIds());
  }

  @Test
  void onlyALaterAttemptAndOneAfterACrashMayRepeat() {
    runner.start();
    enqueue(Mail.to("bob", Mail.NET));
    time.runUntil(START.plusSeconds(60));
    assertEquals(List.of(false), mayRepeat, "the first");
    crash();
    time.runUntil(START.plus(Duration.ofHours(1)));
    assertTrue(mayRepeat.size() > 1, mayRepeat::toString);
    assertFalse(mayRepeat.subList(1, mayRepeat.size()).contains(false), mayRepeat::toString);
  }

  @Test
  void whatWaitedGoesAtOnceWhenADestinationIsBack() {
    runner.start();
    for (int i = 0; i < 300; i++) {
      enqueue(Mail.to("r" + i, Mail.NET));
    }
    time.runUntil(START.plus(Duration.ofHours(3)));
    dead = false;
    time.runUntil(START.plus(Duration.ofHours(3)).plus(Duration.ofMinutes(40)));
    assertTrue(disk.openIds().size() < 30, "" + disk.openIds().size());
    time.runUntil(START.plus(Duration.ofHours(8)));
    assertEquals(Set.of(), disk.openIds());
  }

  @Test
  void anAliasOfSeveralIsReportedAsExpandedWhereSuccessIsWanted() {
    dead = false;
    runner.start();
    enqueue(
        new Recipient(
            Mail.to("team", Mail.NET).address(),
            Destination.EXPANDED,
            Optional.of(Set.of(Notify.SUCCESS)),
            Optional.empty()),
        Mail.to("bob", Mail.NET));
    time.runUntil(START.plus(Duration.ofHours(1)));
    assertEquals(List.of("EXPANDED team 0"), reported);
    assertEquals(1, attempts.size(), "nothing goes to the alias itself");
    assertEquals(Set.of(), disk.openIds());
  }

  private QueueOperator operator() {
    return runner.operator(QueueSimulationTest.NOBODY_LOOKS);
  }

  @Test
  void whatIsBouncedDuringAnAttemptIsReturnedWhenThatHasEnded() {
    runner.start();
    QueueId id = enqueue(Mail.to("bob", Mail.NET));
    time.runUntil(START.plusMillis(100));
    operator().bounce(id, QueueFilter.ALL);
    time.runUntil(START.plus(Duration.ofMinutes(10)));
    assertEquals(1, attempts.size(), "it was under way");
    assertEquals(List.of("FAILED bob 0"), reported);
    assertEquals(Set.of(), disk.openIds());
  }

  @Test
  void whatIsBouncedDuringAnAttemptIsReturnedByTheNextProcess() {
    runner.start();
    QueueId id = enqueue(Mail.to("bob", Mail.NET));
    time.runUntil(START.plusMillis(100));
    operator().bounce(id, QueueFilter.ALL);
    time.runUntil(START.plusMillis(200));
    assertEquals(List.of(), reported);
    crash();
    time.runUntil(START.plus(Duration.ofMinutes(10)));
    assertEquals(List.of(), attempts, "it is not tried any more");
    assertEquals(List.of("FAILED bob 0"), reported);
    assertEquals(Set.of(), disk.openIds());
  }

  @Test
  void whatIsMovedDuringAnAttemptGoesTheOtherWayWhateverHappens() {
    for (boolean crashes : List.of(false, true)) {
      attempts.clear();
      dead = true;
      Instant began = time.instant();
      crash();
      QueueId id = enqueue(Mail.to("bob", Mail.NET));
      time.runUntil(began.plusMillis(100));
      operator().move(id, QueueFilter.ALL, Mail.COM);
      time.runUntil(began.plusMillis(200));
      if (crashes) {
        crash();
      } else {
        time.runUntil(began.plus(Duration.ofMinutes(2)));
      }
      dead = false;
      time.runUntil(began.plus(Duration.ofHours(1)));
      assertEquals(Set.of(), disk.openIds(), "crash " + crashes);
    }
    assertEquals(List.of(), reported);
  }

  @Test
  void whatIsDeliveredMeanwhileIsNotReturned() {
    dead = false;
    runner.start();
    QueueId id = enqueue(Mail.to("bob", Mail.NET));
    time.runUntil(START.plusMillis(100));
    operator().bounce(id, QueueFilter.ALL);
    time.runUntil(START.plus(Duration.ofHours(1)));
    assertEquals(1, attempts.size());
    assertEquals(List.of(), reported);
    assertEquals(Set.of(), disk.openIds());
  }

  @Test
  void theLatestCommandCounts() {
    runner.start();
    QueueId id = enqueue(Mail.to("bob", Mail.NET));
    time.runUntil(START.plusMillis(100));
    operator().bounce(id, QueueFilter.ALL);
    operator().hold(id, QueueFilter.ALL);
    time.runUntil(START.plus(Duration.ofHours(1)));
    assertEquals(List.of(), reported, "held, not returned");
    assertEquals(Set.of(id.text()), disk.openIds());
    dead = false;
    operator().release(id, QueueFilter.ALL);
    time.runUntil(START.plus(Duration.ofHours(2)));
    assertEquals(Set.of(), disk.openIds());
  }

  @Test
  void aReturnWaitsUntilItsReportCanBeWritten() {
    runner.start();
    QueueId id = enqueue(Mail.to("bob", Mail.NET));
    time.runUntil(START.plus(Duration.ofMinutes(5)));
    speechless = true;
    operator().bounce(id, QueueFilter.ALL);
    time.runUntil(START.plus(Duration.ofMinutes(55)));
    assertEquals(Set.of(id.text()), disk.openIds());
    speechless = false;
    time.runUntil(START.plus(Duration.ofMinutes(65)));
    assertEquals(List.of("FAILED bob 0"), reported);
    assertEquals(Set.of(), disk.openIds());
  }
}
