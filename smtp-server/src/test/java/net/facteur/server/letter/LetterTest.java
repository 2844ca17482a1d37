package net.facteur.server.letter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart.Said;
import net.facteur.server.notices.Notices.Notice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LetterTest {
  /// A Sunday.
  private static final Instant SUNDAY = Instant.parse("2026-11-29T12:00:00Z");

  private static final LetterPart CALM = (_, _) -> new Said.Calm(Text.of("42 messages"));
  private static final LetterPart SILENT = (_, _) -> new Said.Nothing();

  @TempDir private Path directory;

  private final List<Notice> sent = new ArrayList<>();
  private Instant now = SUNDAY;
  private boolean queued = true;

  private static Letter letter(LetterPart... parts) {
    return new Letter("mail.example.org", List.of(parts), ZoneOffset.UTC);
  }

  /// One of a node, or of one that was started anew.
  private WeeklyLetter weekly(boolean wanted) {
    InstantSource clock = () -> now;
    return new WeeklyLetter(
        letter(CALM),
        new LetterSettings(wanted, DayOfWeek.MONDAY, 7),
        directory.resolve(WeeklyLetter.WANTED),
        () -> SqlCountStore.in(directory, clock),
        notice -> queued && sent.add(notice),
        clock);
  }

  private void hours(WeeklyLetter letter, int hours) throws IOException {
    for (int i = 0; i < hours; i++) {
      now = now.plus(Duration.ofHours(1));
      letter.advance();
    }
  }

  @Test
  void theLetterOfAQuietWeekIsOneLine() {
    Notice quiet = letter(CALM, SILENT).at(SUNDAY);
    assertEquals(
        "A quiet week on mail.example.org: nothing needs you.", quiet.text().in(Language.ENGLISH));
    assertEquals(1, quiet.text().in(Language.FRENCH).lines().count());
  }

  @Test
  void whatNeedsAHandComesFirstAndWhatIsWellLast() {
    LetterPart news =
        (_, _) -> new Said.News(Text.of("Keys"), List.of(Text.of("one"), Text.of("two")));
    Notice notice = letter(CALM, news).at(SUNDAY);
    assertEquals(
        "The week on mail.example.org: there is something to look at",
        notice.subject().in(Language.ENGLISH));
    assertEquals(
        """
        This is what happened on mail.example.org from 2026-11-22 to 2026-11-29.

        == Keys

        - one

        - two

        == All is well with

        - 42 messages

        This letter comes once a week, because of `letter.weekly` in the settings. To see it at any time: facteur letter\
        """,
        notice.text().in(Language.ENGLISH));
  }

  @Test
  void aPartThatHasVeryMuchToSayIsCut() {
    LetterPart much =
        (_, _) ->
            new Said.News(Text.of("Much"), java.util.Collections.nCopies(40, Text.of("item")));
    String text = letter(much).at(SUNDAY).text().in(Language.ENGLISH);
    assertTrue(text.contains("- and 34 more"), text);
    assertTrue(text.lines().count() < 30, text);
  }

  @Test
  void aPartThatCannotBeFoundOutKeepsNoOtherFromTheLetter() {
    LetterPart broken =
        (_, _) -> {
          throw new IOException("the disk is gone");
        };
    String text = letter(broken, CALM).at(SUNDAY).text().in(Language.ENGLISH);
    assertTrue(text.contains("the disk is gone") && text.contains("42 messages"), text);
  }

  @Test
  void theLetterIsSentOnceAWeekOverRestartsAndNodes() throws IOException {
    WeeklyLetter first = weekly(true);
    first.advance();
    assertEquals(0, sent.size());
    hours(first, 18); // Monday, 6 o'clock
    assertEquals(0, sent.size());
    hours(first, 1);
    assertEquals(1, sent.size());
    hours(weekly(true), 24);
    hours(first, 24);
    assertEquals(1, sent.size());
    WeeklyLetter second = weekly(true);
    for (int i = 0; i < 7 * 24; i++) {
      now = now.plus(Duration.ofHours(1));
      first.advance();
      second.advance();
    }
    assertEquals(2, sent.size());
  }

  @Test
  void aServerThatWasJustSetUpHasNoWeekToTellOf() throws IOException {
    now = SUNDAY.plus(Duration.ofDays(1));
    hours(weekly(true), 5 * 24);
    assertEquals(0, sent.size());
    hours(weekly(true), 2 * 24);
    assertEquals(1, sent.size());
  }

  @Test
  void aLetterThatCouldNotBeQueuedIsTriedAgain() throws IOException {
    WeeklyLetter letter = weekly(true);
    letter.advance();
    queued = false;
    hours(letter, 24);
    queued = true;
    hours(letter, 2);
    assertEquals(1, sent.size());
  }

  @Test
  void aServerThatWasAwayOnTheDaySendsItWithinThreeDays() throws IOException {
    weekly(true).advance();
    now = SUNDAY.plus(Duration.ofDays(3));
    weekly(true).advance();
    assertEquals(1, sent.size());
    now = SUNDAY.plus(Duration.ofDays(7 + 5));
    weekly(true).advance();
    assertEquals(1, sent.size());
  }

  @Test
  void whoeverWantsNoLetterGetsNoneUnlessHeAsks() throws IOException {
    WeeklyLetter letter = weekly(false);
    hours(letter, 15 * 24);
    assertEquals(0, sent.size());
    String before = letter.stamp();
    Files.writeString(directory.resolve(WeeklyLetter.WANTED), "");
    assertTrue(!letter.stamp().equals(before));
    hours(letter, 3);
    assertEquals(1, sent.size());
  }

  @Test
  void oneRecipientIsCountedInTheSingular() {
    assertEquals(
        "The queue: mail to one recipient waits, not for more than a day.",
        LetterTexts.SAY.queueWell(1).in(Language.ENGLISH));
  }
}
