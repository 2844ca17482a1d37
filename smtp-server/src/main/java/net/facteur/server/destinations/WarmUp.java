package net.facteur.server.destinations;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// How a new address begins: with few messages a day for each provider, and half as many more each
/// day. Days are those of UTC.
///
/// @param since the first day
/// @param firstDay messages on it, for each provider; at least 1
public record WarmUp(LocalDate since, int firstDay) {
  /// Who sends so much to one provider in a day is known there.
  private static final int ENOUGH = 100_000;

  private static final double GROWTH = 1.5;

  /// How many messages a provider may have on the day of `now`; [Integer#MAX_VALUE] before the
  /// first day, and when it is over.
  public int most(Instant now) {
    long day = ChronoUnit.DAYS.between(since, today(now));
    double most = firstDay * Math.pow(GROWTH, (double) day);
    return day < 0 || most >= ENOUGH ? Integer.MAX_VALUE : (int) most;
  }

  static LocalDate today(Instant now) {
    return now.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  /// When the day of `now` began.
  static Instant begin(Instant now) {
    return today(now).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /// When the day of `now` ends.
  static Instant end(Instant now) {
    return today(now).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
