package net.facteur.server.notices;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.language.Text;
import net.facteur.server.upkeep.Upkeep;

/// Tells the postmaster, once a day at most, that strangers try passwords for many accounts.
public final class GuessingWatch implements Upkeep.Chore {
  /// Accounts within an hour that are many.
  private static final int MANY = 5;

  private static final Duration DAY = Duration.ofDays(1);

  private final LoginHistory logins;
  private final Notices notices;
  private final InstantSource clock;
  private final Told told;

  /// When it was told last, over all reloads.
  public static final class Told {
    private Instant last = Instant.MIN;

    private synchronized boolean mayTell(Instant now) {
      if (last.isAfter(now.minus(DAY)) && !last.isAfter(now)) {
        return false;
      }
      last = now;
      return true;
    }
  }

  public GuessingWatch(LoginHistory logins, Notices notices, Told told, InstantSource clock) {
    this.logins = logins;
    this.notices = notices;
    this.told = told;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "guessed passwords";
  }

  @Override
  public String stamp() {
    return "";
  }

  @Override
  public void advance() {
    LoginHistory.Guessing guessing = logins.guessing();
    Instant now = clock.instant();
    if (guessing.accounts() >= MANY && told.mayTell(now)) {
      notices.tell(
          new Notices.Notice(
              NoticesTexts.SAY.guessingSubject(guessing.accounts()),
              Text.paragraphs(
                  NoticesTexts.SAY.guessing(now, guessing.accounts(), guessing.attempts()),
                  Text.lines(
                      guessing.networks().stream()
                          .map(network -> Text.indented(Text.of(network)))
                          .toList()),
                  NoticesTexts.SAY.guessingAdvice())));
    }
  }
}
