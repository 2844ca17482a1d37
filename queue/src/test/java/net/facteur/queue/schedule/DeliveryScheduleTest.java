package net.facteur.queue.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.MessageTraits.Priority;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.ReversePath;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.store.Consignment;
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
        100);
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

  @Test
  void aDeadDestinationRestsLongerEachTime() {
    DeliverySchedule schedule = schedule(0);
    Deferred down =
        new Deferred(
            EnhancedStatusCode.of(4, 4, 1), "timed out", Optional.empty(), true, Optional.empty());
    Instant now = NOW;
    Duration before = Duration.ZERO;
    for (int i = 0; i < 4; i++) {
      assertTrue(schedule.offer(mail("a", Priority.NORMAL), now));
      assertEquals(1, go(schedule, now).size());
      schedule.down(Mail.NET, down, now);
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
