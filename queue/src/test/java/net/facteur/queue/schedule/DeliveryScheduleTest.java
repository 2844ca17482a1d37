package net.facteur.queue.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.MessageTraits.Priority;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.ReversePath;
import net.facteur.queue.schedule.DeliverySchedule.Reading;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DuePage;
import net.facteur.queue.store.QueuedRecipient;
import org.junit.jupiter.api.Test;

class DeliveryScheduleTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private final Random random = new Random(3);
  private long number;

  private static DeliverySchedule schedule(int perMinute) {
    return new DeliverySchedule(
        QueueSettings.in(Path.of("unused"))
            .with(new QueueSettings.Load(400, 20, 5, 100, 20_000, 400, perMinute)),
        new Random(1));
  }

  private Consignment mail(String sender, Priority priority) {
    var plain = MessageTraits.PLAIN;
    return new Consignment(
        ++number,
        Mail.id(NOW, random),
        new ReversePath.Of(new MailAddress(sender, "example.org")),
        Mail.NET,
        List.of(new QueuedRecipient(0, Mail.to("bob", Mail.NET), 0, false, NOW)),
        new MessageTraits(plain.body(), false, false, Optional.empty(), Optional.empty(), priority),
        NOW,
        100,
        false);
  }

  private static List<Consignment> go(DeliverySchedule schedule, Instant now) {
    var gone = new ArrayList<Consignment>();
    for (var next = schedule.next(now); next.isPresent(); next = schedule.next(now)) {
      gone.add(next.get());
    }
    return gone;
  }

  @Test
  void aRateBoundsHowManyBegin() {
    DeliverySchedule schedule = schedule(60);
    for (int i = 0; i < 5; i++) {
      assertTrue(schedule.offer(mail("a", Priority.NORMAL), NOW));
    }
    assertEquals(1, go(schedule, NOW).size());
    assertEquals(Optional.of(NOW.plusSeconds(1)), schedule.wake());
    assertEquals(0, go(schedule, NOW.plusMillis(999)).size());
    assertEquals(1, go(schedule, NOW.plusMillis(1000)).size());
    assertEquals(1, go(schedule, NOW.plusSeconds(9)).size());
  }

  @Test
  void whoSharesTheStoreSharesTheLimits() {
    DeliverySchedule schedule = schedule(0);
    schedule.sharedBy(5);
    for (int i = 0; i < 9; i++) {
      schedule.offer(mail("s" + i, Priority.NORMAL), NOW);
    }
    assertEquals(4, go(schedule, NOW).size());
    DeliverySchedule paced = schedule(60);
    paced.sharedBy(2);
    for (int i = 0; i < 3; i++) {
      paced.offer(mail("s" + i, Priority.NORMAL), NOW);
    }
    assertEquals(1, go(paced, NOW).size());
    assertEquals(Optional.of(NOW.plusSeconds(2)), paced.wake());
  }

  @Test
  void theLimitGrowsWithSuccessAndIsHalvedWhereLessIsWanted() {
    DeliverySchedule schedule = schedule(0);
    for (int i = 0; i < 60; i++) {
      schedule.offer(mail("s" + i, Priority.NORMAL), NOW);
    }
    assertEquals(5, go(schedule, NOW).size());
    for (int i = 0; i < 5; i++) {
      schedule.ended(Mail.NET, NOW);
    }
    assertEquals(10, go(schedule, NOW).size());
    for (int i = 0; i < 9; i++) {
      schedule.endedUnclear(Mail.NET, NOW);
    }
    schedule.slowed(Mail.NET, NOW);
    assertEquals(5, go(schedule, NOW).size());
  }

  @Test
  void aNewsletterDoesNotBlockTheTreasurer() {
    DeliverySchedule schedule = schedule(0);
    for (int i = 0; i < 300; i++) {
      schedule.offer(mail("newsletter", Priority.NORMAL), NOW);
    }
    schedule.offer(mail("treasurer", Priority.NORMAL), NOW);
    List<Consignment> first = go(schedule, NOW);
    assertTrue(
        first.subList(0, 2).stream().anyMatch(c -> c.reversePath().text().startsWith("treasurer")));
  }

  @Test
  void urgentMailGoesBeforeTheRest() {
    DeliverySchedule schedule = schedule(0);
    schedule.offer(mail("a", Priority.BULK), NOW);
    schedule.offer(mail("b", Priority.NORMAL), NOW);
    schedule.offer(mail("c", Priority.URGENT), NOW);
    assertEquals(
        List.of(Priority.URGENT, Priority.NORMAL, Priority.BULK),
        go(schedule, NOW).stream().map(c -> c.traits().priority()).toList());
  }

  private static Deferred down() {
    return new Deferred(
        EnhancedStatusCode.of(4, 4, 1), "timed out", Optional.empty(), true, Optional.empty());
  }

  @Test
  void whatWaitsForADeadDestinationIsLeftAloneAndTriedOneAtATime() {
    DeliverySchedule schedule = schedule(0);
    for (int i = 0; i < 8; i++) {
      schedule.offer(mail("a", Priority.NORMAL), NOW);
    }
    assertEquals(5, go(schedule, NOW).size());
    assertEquals(3, schedule.down(Mail.NET, down(), NOW).size());
    assertEquals(0, schedule.down(Mail.NET, down(), NOW).size());
    assertEquals(Optional.empty(), schedule.reading(NOW.plusSeconds(1)));
    Instant after = NOW.plusSeconds(120);
    assertEquals(Optional.of(new Reading.Review(Mail.NET, down(), 400)), schedule.reading(after));
    schedule.reviewed(Mail.NET, after.plusSeconds(7200), false, after);
    Reading refill = schedule.reading(after).orElseThrow();
    assertEquals(new Reading.Refill(Mail.NET, after, 4), refill);
    schedule.offer(mail("a", Priority.NORMAL), after);
    schedule.offer(mail("a", Priority.NORMAL), after);
    schedule.loaded(Mail.NET, new DuePage(List.of(), Optional.of(NOW)), after);
    assertEquals(0, go(schedule, after).size(), "three of the first five are under way");
    for (int i = 0; i < 3; i++) {
      schedule.endedUnclear(Mail.NET, after);
    }
    assertEquals(1, go(schedule, after).size());
  }

  @Test
  void theAgeOfWhatWaitsIsLookedAtWithinTheHour() {
    DeliverySchedule schedule = schedule(0);
    schedule.offer(mail("a", Priority.NORMAL), NOW);
    go(schedule, NOW);
    schedule.down(Mail.NET, down(), NOW);
    schedule.due(Mail.NET, NOW, NOW);
    Instant first = NOW.plusSeconds(120);
    assertInstanceOf(Reading.Review.class, schedule.reading(first).orElseThrow());
    schedule.reviewed(Mail.NET, first.plus(Duration.ofDays(3)), false, first);
    Instant next = first.plus(Duration.ofMinutes(59));
    var kinds = new ArrayList<Reading>();
    for (var r = schedule.reading(next); r.isPresent(); r = schedule.reading(next)) {
      kinds.add(r.get());
      schedule.loaded(Mail.NET, new DuePage(List.of(), Optional.of(next.plusSeconds(9))), next);
    }
    assertFalse(kinds.stream().anyMatch(Reading.Review.class::isInstance), kinds::toString);
    Instant last = first.plus(Duration.ofHours(1));
    assertInstanceOf(Reading.Review.class, schedule.reading(last).orElseThrow());
  }

  @Test
  void aThousandUnknownDestinationsAreReadAFewAtATimeAndBehindOneThatWorks() {
    DeliverySchedule schedule = schedule(0);
    schedule.offer(mail("a", Priority.NORMAL), NOW);
    go(schedule, NOW);
    schedule.ended(Mail.NET, NOW);
    for (int i = 0; i < 1000; i++) {
      schedule.due(new Destination("mx:dead" + i + ".test"), NOW, NOW);
    }
    schedule.due(Mail.NET, NOW, NOW);
    assertEquals(new Reading.Refill(Mail.NET, NOW, 400), schedule.reading(NOW).orElseThrow());
    int others = 0;
    for (var r = schedule.reading(NOW); r.isPresent(); r = schedule.reading(NOW)) {
      others++;
      assertTrue(r.get() instanceof Reading.Refill refill && refill.limit() <= 12);
    }
    assertTrue(others < 10, "" + others);
  }

  @Test
  void aDeadDestinationRestsLongerEachTime() {
    DeliverySchedule schedule = schedule(0);
    Instant now = NOW;
    Duration before = Duration.ZERO;
    for (int i = 0; i < 4; i++) {
      assertTrue(schedule.offer(mail("a", Priority.NORMAL), now));
      assertEquals(1, go(schedule, now).size());
      schedule.down(Mail.NET, down(), now);
      assertEquals(1, schedule.resting(now, 9).size());
      assertTrue(schedule.resting(now, 9).getFirst().contains("timed out"));
      Instant asked = now;
      while (!schedule.resting(asked, 9).isEmpty()) {
        asked = asked.plusSeconds(5);
      }
      Duration rest = Duration.between(now, asked);
      assertTrue(rest.compareTo(before) > 0, rest + " after " + before);
      before = rest;
      now = asked;
    }
  }
}
