package net.facteur.server.notices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import net.facteur.server.language.Text;
import org.junit.jupiter.api.Test;

/// What was sent is remembered beside the settings, so that no reload sends it again.
class SentOnceTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private final PostmasterMail.Sent sent = new PostmasterMail.Sent(text -> text);
  private final AtomicInteger posted = new AtomicInteger();

  private void tell(String subject, String text, Duration later) {
    sent.once(
        new Notices.Notice(Text.of(subject), Text.of(text)),
        NOW.plus(later),
        () -> {
          posted.incrementAndGet();
          return true;
        });
  }

  @Test
  void theSameNoticeComesOnceAWeek() {
    tell("a", "one", Duration.ZERO);
    tell("a", "one", Duration.ofDays(6));
    assertEquals(1, posted.get());
    tell("a", "one", Duration.ofDays(7));
    assertEquals(2, posted.get());
    tell("a", "one", Duration.ofDays(8));
    assertEquals(2, posted.get());
  }

  @Test
  void anotherTextOrSubjectIsAnotherNotice() {
    tell("a", "one", Duration.ZERO);
    tell("a", "two", Duration.ZERO);
    tell("b", "one", Duration.ZERO);
    assertEquals(3, posted.get());
  }

  @Test
  void whatCouldNotBeSentComesAgain() {
    sent.once(new Notices.Notice(Text.of("a"), Text.of("one")), NOW, () -> false);
    tell("a", "one", Duration.ofMinutes(1));
    assertEquals(1, posted.get());
  }

  @Test
  void aClockThatJumpsBackSilencesNothing() {
    tell("a", "one", Duration.ofDays(3000));
    tell("a", "one", Duration.ZERO);
    assertEquals(2, posted.get());
  }

  @Test
  void aFloodOfOthersMakesRoomAtTheCostOfTheOldest() {
    for (int i = 0; i <= 1000; i++) {
      tell("a", "number " + i, Duration.ZERO);
    }
    assertEquals(1001, posted.get());
    tell("a", "number 1000", Duration.ofDays(1));
    assertEquals(1001, posted.get());
    tell("a", "number 0", Duration.ofDays(1));
    assertEquals(1002, posted.get());
  }
}
