package net.facteur.server.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.facteur.server.language.Language;
import net.facteur.server.notices.GuessingWatch;
import net.facteur.server.notices.Notices;
import org.junit.jupiter.api.Test;

/// What is seen and told of strangers who try passwords.
class GuessedAccountsTest {
  private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.7");
  private static final InetAddress STRANGER = InetAddress.ofLiteral("203.0.113.9");

  private final AtomicLong nanos = new AtomicLong();
  private final LoginHistory history = new LoginHistory(nanos::get);
  private final List<Notices.Notice> told = new ArrayList<>();
  private Instant now = Instant.parse("2026-12-01T10:00:00Z");
  private final GuessingWatch watch =
      new GuessingWatch(history, told::add, new GuessingWatch.Told(), () -> now);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    now = now.plus(time);
  }

  private void guess(int accounts) {
    for (int i = 0; i < accounts; i++) {
      history.failed("user" + i + "@example.org", STRANGER, true);
    }
  }

  @Test
  void manyGuessedAccountsAreToldOnceADay() {
    guess(4);
    watch.advance();
    assertEquals(List.of(), told);
    guess(5);
    watch.advance();
    watch.advance();
    assertEquals(1, told.size());
    String text = told.getFirst().text().in(Language.ENGLISH);
    assertTrue(text.contains("203.0.113.0/24"), text);
    assertTrue(text.contains("9 wrong passwords for 5 accounts"), text);
    pass(Duration.ofHours(25));
    watch.advance();
    assertEquals(1, told.size());
    guess(5);
    watch.advance();
    assertEquals(2, told.size());
  }

  @Test
  void namesThatNobodyHasAreNoneOfOurAccounts() {
    for (int i = 0; i < 50; i++) {
      history.failed("nobody" + i + "@example.org", STRANGER, false);
    }
    watch.advance();
    assertEquals(List.of(), told);
  }

  @Test
  void aPhoneWithAnOldPasswordAtHomeIsNoGuess() {
    history.succeeded("alice@example.org", HOME);
    for (int i = 0; i < 50; i++) {
      history.failed("alice@example.org", HOME, true);
    }
    assertEquals(0, history.guesses("alice@example.org"));
    history.failed("alice@example.org", STRANGER, true);
    assertEquals(1, history.guesses("alice@example.org"));
  }

  @Test
  void whoGuessesElsewhereLocksNobodyOutAtHome() {
    for (int i = 0; i < 50; i++) {
      history.failed("alice@example.org", STRANGER, true);
    }
    assertTrue(history.refuses("alice@example.org", STRANGER, 10));
    assertFalse(history.refuses("alice@example.org", HOME, 10));
  }
}
