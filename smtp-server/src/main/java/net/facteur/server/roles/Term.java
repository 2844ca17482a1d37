package net.facteur.server.roles;

import java.time.LocalDate;
import java.util.Optional;

/// Somebody's time in a role.
///
/// @param holder an address, here or elsewhere
/// @param from the first day
/// @param end the first day on which it is over; empty for as long as nobody else comes
/// @param overlap days for which the one before still gets copies, 0 to [#MAX_OVERLAP]
public record Term(String holder, LocalDate from, Optional<LocalDate> end, int overlap) {
  /// Days of overlap, at most.
  public static final int MAX_OVERLAP = 366;

  boolean begun(LocalDate day) {
    return !day.isBefore(from);
  }

  Term endingOn(LocalDate day) {
    return new Term(holder, from, Optional.of(day), overlap);
  }

  Term heldBy(String other) {
    return new Term(other, from, end, overlap);
  }

  /// The last day; the first one where it was over before that ended; empty where it has no end.
  public Optional<LocalDate> last() {
    return end.map(over -> over.isAfter(from) ? over.minusDays(1) : from);
  }
}
