package net.facteur.server.roles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.notices.Notices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandOversTest {
  private static final UserName PRESIDENT = UserName.parse("president@example.org").orElseThrow();
  private static final UserName BOARD = UserName.parse("board@example.org").orElseThrow();

  @TempDir private Path directory = Path.of("");
  private Instant now = Instant.parse("2027-02-01T00:00:00Z");
  private final Random random = new Random(42);
  private final List<String> told = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final Set<QueueId> queue = new HashSet<>();

  /// What becomes of a word: it is queued, refused, or the machine stops behind the queue.
  private enum Fate {
    QUEUED,
    REFUSED,
    STOPS
  }

  private Fate fate = Fate.QUEUED;

  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private HandOvers handOvers() {
    return new HandOvers(
        directory.resolve(HandOvers.FILE_NAME),
        new HandOvers.Post() {
          @Override
          public boolean tell(QueueId id, MailAddress to, Notices.Notice notice) {
            if (fate == Fate.REFUSED) {
              return false;
            }
            assertTrue(queue.add(id), "twice");
            told.add(to.text());
            texts.add(notice.text().in(Language.ENGLISH) + notice.text().in(Language.FRENCH));
            if (fate == Fate.STOPS) {
              throw new Stop();
            }
            return true;
          }

          @Override
          public MailAddress postmaster() {
            return new MailAddress("postmaster", "example.org");
          }
        },
        queue::contains,
        () -> now,
        random);
  }

  private static Term term(String holder, String from, int overlap) {
    return new Term(holder, LocalDate.parse(from), Optional.empty(), overlap);
  }

  private static Role president() {
    return new Role(
        PRESIDENT,
        Role.Kind.ONE,
        Optional.empty(),
        List.of(
            term("alice@example.org", "2026-01-01", 0), term("bob@example.org", "2027-02-01", 30)));
  }

  private void announce(HandOvers handOvers, Role... roles) throws IOException {
    handOvers.announce(List.of(roles), LocalDate.ofInstant(now, ZoneOffset.UTC));
  }

  @Test
  void whoComesWhoGoesAndThePostmasterAreToldOnceOverRestarts() throws IOException {
    now = Instant.parse("2027-01-31T23:59:59Z");
    announce(handOvers(), president());
    assertEquals(List.of(), told);
    now = Instant.parse("2027-02-01T00:00:00Z");
    HandOvers first = handOvers();
    announce(first, president());
    announce(first, president());
    announce(handOvers(), president());
    assertEquals(List.of("bob@example.org", "alice@example.org", "postmaster@example.org"), told);
    assertTrue(texts.get(1).contains("2027-03-02"), "the last day of copies: " + texts.get(1));
  }

  @Test
  void aWordThatTheQueueTookBeforeTheMachineStoppedIsNotSaidAgain() throws IOException {
    fate = Fate.STOPS;
    try {
      announce(handOvers(), president());
      throw new AssertionError("it was to stop");
    } catch (Stop _) {
      assertEquals(List.of("bob@example.org"), told);
    }
    fate = Fate.QUEUED;
    announce(handOvers(), president());
    assertEquals(List.of("bob@example.org", "alice@example.org", "postmaster@example.org"), told);
  }

  @Test
  void aWordThatCouldNotBeQueuedIsTriedAgainAnHourLater() throws IOException {
    fate = Fate.REFUSED;
    HandOvers handOvers = handOvers();
    announce(handOvers, president());
    fate = Fate.QUEUED;
    announce(handOvers, president());
    assertEquals(List.of(), told);
    now = now.plusSeconds(3600);
    announce(handOvers, president());
    assertEquals(3, told.size());
  }

  @Test
  void whatIsLongAgoIsHistory() throws IOException {
    now = Instant.parse("2027-03-04T00:00:00Z");
    announce(handOvers(), president());
    assertEquals(List.of(), told);
  }

  @Test
  void ofARoleOfSeveralThoseHearWhoComeOrGo() throws IOException {
    Role board =
        new Role(
            BOARD,
            Role.Kind.SEVERAL,
            Optional.empty(),
            List.of(
                term("alice@example.org", "2026-01-01", 0),
                term("carol@example.net", "2027-02-01", 0),
                term("dan@example.net", "2026-06-01", 0).endingOn(LocalDate.parse("2027-02-01"))));
    announce(handOvers(), board);
    assertEquals(
        List.of(
            "dan@example.net",
            "postmaster@example.org",
            "carol@example.net",
            "postmaster@example.org"),
        told);
  }

  @Test
  void whoeverWasReplacedOnTheSameDayHearsThatItIsOverAndNobodyElseDoes() throws IOException {
    announce(handOvers(), president());
    told.clear();
    Role after =
        president()
            .handed(term("carol@example.org", "2027-02-01", 30), LocalDate.parse("2027-02-01"));
    announce(handOvers(), after);
    assertEquals(
        List.of(
            "bob@example.org",
            "postmaster@example.org",
            "carol@example.org",
            "alice@example.org",
            "postmaster@example.org"),
        told);
    told.clear();
    queue.clear();
    announce(new HandOversTest.Fresh(directory.resolve("other")).of(this), after);
    assertEquals(
        List.of("carol@example.org", "alice@example.org", "postmaster@example.org"),
        told,
        "where nobody heard that it began, nobody hears that it is over");
  }

  /// A memory of its own.
  private record Fresh(Path directory) {
    HandOvers of(HandOversTest test) throws IOException {
      test.directory = java.nio.file.Files.createDirectories(directory);
      return test.handOvers();
    }
  }

  @Test
  void aRoleThatIsTakenAwayIsOverForWhoeverHeldIt() throws IOException {
    announce(handOvers(), president());
    told.clear();
    now = Instant.parse("2027-02-05T00:00:00Z");
    announce(handOvers(), president().removed(LocalDate.parse("2027-02-05")));
    assertEquals(List.of("bob@example.org", "postmaster@example.org"), told);
  }
}
