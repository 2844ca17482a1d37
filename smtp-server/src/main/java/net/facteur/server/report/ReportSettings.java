package net.facteur.server.report;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import net.facteur.queue.MailAddress;

/// Whose reports, and when.
///
/// @param organization who we are, for people
/// @param contact the author of the reports; its domain is the submitter, and must be one that we
///   sign for
/// @param hour of the day, UTC, from which the reports on the day before are sent; 0 to 23
/// @param spread how much later than that at most, so that not all hosts report at once
public record ReportSettings(String organization, MailAddress contact, int hour, Duration spread) {
  /// When reports on a day are due.
  ///
  /// @param share of the spread
  Instant moment(LocalDate day, double share) {
    return day.plusDays(1)
        .atTime(hour, 0)
        .toInstant(ZoneOffset.UTC)
        .plusSeconds((long) (share * spread.toSeconds()));
  }
}
