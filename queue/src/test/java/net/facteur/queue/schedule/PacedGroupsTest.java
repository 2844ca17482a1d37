package net.facteur.queue.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.facteur.queue.Destination;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Pace;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.ReversePath;
import net.facteur.queue.schedule.DeliverySchedule.Reading;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.QueuedRecipient;
import org.junit.jupiter.api.Test;

/// Destinations that share what they may have.
class PacedGroupsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final String PROVIDER = "provider";

  private final Random random = new Random(3);
  private final Map<Destination, String> members = new HashMap<>();
  private int most = Integer.MAX_VALUE;
  private Instant notBefore = Instant.MIN;
  private Duration interval = Duration.ZERO;
  private Optional<String> why = Optional.empty();
  private long number;

  private final Pace pace =
      new Pace() {
        @Override
        public Optional<String> group(Destination destination) {
          return Optional.ofNullable(members.get(destination));
        }

        @Override
        public Room room(String group, int running, Instant now) {
          if (notBefore.isAfter(now)) {
            return new Room(0, notBefore, why);
          }
          int left = Math.max(0, most - running);
          return Room.attempts(interval.isZero() ? left : Math.min(1, left));
        }

        @Override
        public void begins(String group, Instant now) {
          if (!interval.isZero()) {
            notBefore = now.plus(interval);
          }
        }
      };

  private final DeliverySchedule schedule =
      new DeliverySchedule(QueueSettings.in(Path.of("unused")), pace, new Random(1));

  private Destination domain(int i) {
    var destination = new Destination("mx:domain" + i + ".example");
    members.put(destination, PROVIDER);
    return destination;
  }

  private Consignment mail(Destination destination) {
    var plain = MessageTraits.PLAIN;
    return new Consignment(
        ++number,
        Mail.id(NOW, random),
        new ReversePath.Of(new MailAddress("alice" + number, "example.org")),
        destination,
        List.of(new QueuedRecipient(0, Mail.to("bob", destination), 0, false, NOW)),
        plain,
        NOW,
        100,
        false);
  }

  private List<Consignment> go(Instant now) {
    var gone = new ArrayList<Consignment>();
    for (var next = schedule.next(now); next.isPresent(); next = schedule.next(now)) {
      gone.add(next.get());
    }
    return gone;
  }

  @Test
  void threeHundredDomainsOfOneProviderHaveTogetherWhatItMayHave() {
    most = 3;
    for (int i = 0; i < 300; i++) {
      assertTrue(schedule.offer(mail(domain(i)), NOW));
    }
    assertTrue(schedule.offer(mail(new Destination("mx:elsewhere.example")), NOW));
    var served = new HashSet<Destination>();
    List<Consignment> gone = go(NOW);
    assertEquals(4, gone.size());
    for (int round = 0; round < 100; round++) {
      for (Consignment each : gone) {
        assertTrue(served.add(each.destination()), "each domain has its turn");
        schedule.ended(each.destination(), NOW);
        assertTrue(schedule.running() <= 3);
      }
      gone = go(NOW);
    }
    assertEquals(301, served.size());
    assertEquals(0, schedule.waiting());
  }

  @Test
  void aRateOfTheGroupIsKeptAndTheScheduleWakesForIt() {
    interval = Duration.ofSeconds(10);
    for (int i = 0; i < 3; i++) {
      schedule.offer(mail(domain(i)), NOW);
    }
    assertEquals(1, go(NOW).size());
    assertEquals(Optional.of(NOW.plusSeconds(10)), schedule.wake());
    assertEquals(0, go(NOW.plusSeconds(9)).size());
    assertEquals(1, go(NOW.plusSeconds(10)).size());
    assertEquals(1, go(NOW.plusSeconds(20)).size());
  }

  @Test
  void whatIsHeldForLongGoesBackToTheStoreAndComesAgain() {
    Instant end = NOW.plus(Duration.ofHours(20));
    notBefore = end;
    why = Optional.of("a new address begins slowly");
    Destination known = domain(1);
    schedule.offer(mail(known), NOW);
    assertEquals(0, go(NOW).size());
    assertEquals(1, schedule.heldBack(NOW).size());
    assertEquals(0, schedule.waiting());
    assertFalse(schedule.offer(mail(known), NOW), "it stays in the store");
    assertFalse(schedule.resting(NOW, 10).isEmpty());
    assertTrue(schedule.resting(NOW, 10).getFirst().contains("begins slowly"));

    Instant review = schedule.wake().orElseThrow();
    assertTrue(review.isBefore(NOW.plus(Duration.ofMinutes(10))), "senders are told of the delay");
    Reading reading = schedule.reading(review).orElseThrow();
    assertEquals(
        "a new address begins slowly",
        assertInstanceOf(Reading.Review.class, reading).because().reply());
    schedule.reviewed(known, Instant.MAX, false, review);

    Instant wake = review;
    for (int i = 0; i < 100 && wake.isBefore(end); i++) {
      wake = schedule.wake().orElseThrow();
      Optional<Reading> next = schedule.reading(wake);
      if (wake.isBefore(end)) {
        assertInstanceOf(Reading.Review.class, next.orElseThrow());
        schedule.reviewed(known, Instant.MAX, false, wake);
      } else {
        assertInstanceOf(Reading.Refill.class, next.orElseThrow());
      }
    }
    assertEquals(end, wake);
    assertTrue(schedule.offer(mail(known), end));
    assertEquals(1, go(end).size());
  }

  @Test
  void aDomainJoinsTheGroupAfterItsFirstAttempt() {
    most = 1;
    var fresh = new Destination("mx:fresh.example");
    for (int i = 0; i < 10; i++) {
      schedule.offer(mail(fresh), NOW);
    }
    schedule.offer(mail(domain(1)), NOW);
    List<Consignment> gone = go(NOW);
    assertEquals(6, gone.size(), "five for a domain that nobody knows, and one of the provider");
    members.put(fresh, PROVIDER);
    gone.forEach(each -> schedule.ended(each.destination(), NOW));
    assertEquals(1, go(NOW).size());
  }

  @Test
  void whatAnOperatorTakesOutBlocksNobody() {
    most = 1;
    Destination first = domain(1);
    Destination second = domain(2);
    schedule.offer(mail(first), NOW);
    schedule.offer(mail(second), NOW);
    schedule.offer(mail(second), NOW);
    List<Consignment> gone = go(NOW);
    schedule.ended(gone.getFirst().destination(), NOW);
    schedule.withdraw(c -> c.destination().equals(first), NOW);
    assertEquals(1, go(NOW).size());
  }

  @Test
  void theGroupOfDestinationsThatAreForgottenIsForgotten() {
    most = 1;
    for (int i = 0; i < 50; i++) {
      Destination each = domain(i);
      schedule.offer(mail(each), NOW);
      go(NOW);
      schedule.endedUnclear(each, NOW);
    }
    assertEquals(0, schedule.destinations());
  }
}
