package net.facteur.server.report;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

/// When a report is tried: first in the hour of the settings, and what nobody has taken again after
/// an hour, two, four and so on, for a day. Not safe for use by several threads.
///
/// @param <K> names a report
public final class ReportAttempts<K> {
  private static final Duration FIRST_PAUSE = Duration.ofHours(1);

  /// RFC 8460, 5.5: SHOULD attempt redelivery for up to 24 hours. RFC 9990, 3.5, allows the same.
  private static final Duration LIFE = Duration.ofHours(24);

  private final InstantSource clock;
  private final double share;
  private final Map<K, Attempts> attempts = new HashMap<>();

  private record Attempts(Instant first, Instant next, Duration pause) {}

  /// @param share of the spread of the settings by which reports of this host are later: 0 to 1
  public ReportAttempts(InstantSource clock, double share) {
    this.clock = clock;
    this.share = share;
  }

  /// @param day that the report is about
  public boolean isTime(K report, LocalDate day, ReportSettings settings) {
    Attempts before = attempts.get(report);
    Instant next = before == null ? settings.moment(day, share) : before.next();
    return !clock.instant().isBefore(next);
  }

  /// It needs no further attempt.
  public void done(K report) {
    attempts.remove(report);
  }

  /// Nobody has taken it.
  ///
  /// @return false where it has been tried long enough, and is forgotten
  public boolean again(K report) {
    Attempts before =
        attempts.getOrDefault(report, new Attempts(clock.instant(), Instant.MIN, FIRST_PAUSE));
    var after =
        new Attempts(
            before.first(), clock.instant().plus(before.pause()), before.pause().multipliedBy(2));
    if (after.next().isAfter(before.first().plus(LIFE))) {
      attempts.remove(report);
      return false;
    }
    attempts.put(report, after);
    return true;
  }
}
