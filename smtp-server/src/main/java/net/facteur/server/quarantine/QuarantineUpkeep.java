package net.facteur.server.quarantine;

import static net.facteur.server.quarantine.QuarantineTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.upkeep.Upkeep;

/// Removes what nobody wanted in time, releases what was wished while no server ran, and tells the
/// postmaster before there is no room left.
public final class QuarantineUpkeep implements Upkeep.Chore {
  private static final Duration LOOK = Duration.ofHours(1);

  /// In parts of a hundred.
  private static final int NEARLY_FULL = 80;

  private final QuarantineStore store;
  private final QuarantineSettings settings;
  private final Releases releases;
  private final Notices notices;
  private final InstantSource clock;
  private Instant next = Instant.MIN;

  public QuarantineUpkeep(
      QuarantineStore store,
      QuarantineSettings settings,
      Releases releases,
      Notices notices,
      InstantSource clock) {
    this.store = store;
    this.settings = settings;
    this.releases = releases;
    this.notices = notices;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "quarantine";
  }

  @Override
  public String stamp() {
    return store.hasWish() + " " + isNearlyFull();
  }

  @Override
  public void advance() throws IOException {
    releases.fulfilWishes();
    Instant now = clock.instant();
    if (!now.isBefore(next)) {
      next = now.plus(LOOK);
      store.expire(settings.keep());
    }
    if (isNearlyFull()) {
      notices.tell(
          new Notices.Notice(
              SAY.nearlyFullSubject(),
              Text.paragraphs(SAY.nearlyFull(settings.maxSize() >> 20), SAY.nearlyFullAdvice())));
    }
  }

  private boolean isNearlyFull() {
    return store.used() >= settings.maxSize() / 100 * NEARLY_FULL;
  }
}
