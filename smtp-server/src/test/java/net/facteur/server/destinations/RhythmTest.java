package net.facteur.server.destinations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.Destination;
import net.facteur.queue.Pace.Room;
import net.facteur.server.providers.Provider;
import org.junit.jupiter.api.Test;

class RhythmTest {
  private static final Provider PROVIDER = new Provider("big.example", "Big");
  private static final String NAME = PROVIDER.name();
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");

  private final Rhythm rhythm = new Rhythm(_ -> Optional.of(PROVIDER), 50, Optional.empty());

  @Test
  void whoNeverAsksForLessHasAsMuchAsAnyProvider() {
    assertEquals(Optional.of(NAME), rhythm.group(new Destination("mx:a.example")));
    assertEquals(Room.attempts(50), rhythm.room(NAME, 0, NOW));
    assertEquals(Room.attempts(1), rhythm.room(NAME, 49, NOW));
    assertEquals(Room.after(Instant.MAX), rhythm.room(NAME, 50, NOW));
  }

  @Test
  void whoAsksForLessHasHalfAndAfterAPauseOnly() {
    rhythm.room(NAME, 40, NOW);
    rhythm.less(PROVIDER, NOW.minusSeconds(1), NOW);
    assertEquals(Room.after(NOW.plusSeconds(5)), rhythm.room(NAME, 10, NOW));
    assertEquals(Room.attempts(10), rhythm.room(NAME, 10, NOW.plusSeconds(5)));
  }

  @Test
  void attemptsThatWereUnderWayCountOnce() {
    rhythm.room(NAME, 40, NOW);
    for (int i = 0; i < 40; i++) {
      rhythm.less(PROVIDER, NOW.minusSeconds(1), NOW);
    }
    assertEquals(20, rhythm.slowed().getFirst().attempts());
  }

  @Test
  void whoGoesOnAskingGetsAttemptsFurtherAndFurtherApart() {
    Instant now = NOW;
    rhythm.room(NAME, 1, now);
    for (int i = 0; i < 20; i++) {
      rhythm.less(PROVIDER, now, now);
      now = rhythm.slowed().getFirst().next();
    }
    Rhythm.Slowed slowed = rhythm.slowed().getFirst();
    assertEquals(1, slowed.attempts());
    assertEquals(Duration.ofMinutes(15), slowed.interval());
    Room room = rhythm.room(NAME, 0, now.minusSeconds(120));
    assertTrue(room.why().isPresent(), "long pauses leave mail in the store");
    assertEquals(Room.attempts(1), rhythm.room(NAME, 0, now));
    rhythm.begins(NAME, now);
    assertEquals(0, rhythm.room(NAME, 1, now).attempts());
  }

  @Test
  void eachSuccessGivesALittleBackUntilAllIsAsBefore() {
    Instant now = NOW;
    rhythm.room(NAME, 1, now);
    for (int i = 0; i < 10; i++) {
      rhythm.less(PROVIDER, now, now);
      now = rhythm.slowed().getFirst().next();
    }
    int successes = 0;
    while (!rhythm.slowed().isEmpty()) {
      rhythm.taken(PROVIDER, now, 1);
      assertTrue(++successes < 2_000);
    }
    assertTrue(successes > 500);
    assertEquals(Room.attempts(50), rhythm.room(NAME, 0, now));
  }

  @Test
  void aNewAddressBeginsWithFewMessagesADay() {
    var fresh =
        new Rhythm(
            _ -> Optional.of(PROVIDER),
            50,
            Optional.of(new WarmUp(LocalDate.parse("2026-12-01"), 3)));
    assertEquals(Room.attempts(3), fresh.room(NAME, 0, NOW));
    fresh.taken(PROVIDER, NOW, 1);
    assertEquals(Room.attempts(1), fresh.room(NAME, 1, NOW));
    assertEquals(Room.after(Instant.MAX), fresh.room(NAME, 2, NOW));
    fresh.taken(PROVIDER, NOW, 1);
    fresh.taken(PROVIDER, NOW, 1);
    Room full = fresh.room(NAME, 0, NOW);
    assertEquals(Instant.parse("2026-12-02T00:00:00Z"), full.next());
    assertTrue(full.why().isPresent());
    assertEquals(Room.attempts(4), fresh.room(NAME, 0, full.next()));
    assertEquals(
        Room.attempts(50), fresh.room(NAME, 0, NOW.plus(Duration.ofDays(40))), "it is known");
    fresh.sentToday(Map.of(NAME, Numbers.parse("a=4 d=4")), full.next());
    assertEquals(0, fresh.room(NAME, 0, full.next()).attempts());
  }

  @Test
  void theFirstDaysGrowByHalf() {
    var warmUp = new WarmUp(LocalDate.parse("2026-12-01"), 50);
    assertEquals(Integer.MAX_VALUE, warmUp.most(Instant.parse("2026-11-30T23:59:59Z")));
    assertEquals(50, warmUp.most(Instant.parse("2026-12-01T00:00:00Z")));
    assertEquals(75, warmUp.most(Instant.parse("2026-12-02T12:00:00Z")));
    assertEquals(112, warmUp.most(Instant.parse("2026-12-03T12:00:00Z")));
    assertEquals(Integer.MAX_VALUE, warmUp.most(Instant.parse("2026-12-30T12:00:00Z")));
  }

  @Test
  void aClockThatWasAheadHoldsNothingForLong() {
    Instant ahead = NOW.plus(Duration.ofDays(90));
    rhythm.room(NAME, 1, ahead);
    for (int i = 0; i < 5; i++) {
      rhythm.less(PROVIDER, ahead, ahead);
    }
    Instant next = rhythm.room(NAME, 0, NOW).next();
    assertTrue(next.isBefore(NOW.plus(Duration.ofMinutes(16))), "held until " + next);
    assertEquals(1, rhythm.room(NAME, 0, NOW.plus(Duration.ofMinutes(16))).attempts());
    Duration before = rhythm.slowed().getFirst().interval();
    rhythm.less(PROVIDER, NOW.plusSeconds(1_000), NOW.plusSeconds(1_000));
    assertTrue(rhythm.slowed().getFirst().interval().compareTo(before) > 0);
  }
}
