package net.facteur.queue.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import net.facteur.queue.Destination;
import net.facteur.queue.store.Ages;

/// Which queued recipients of a destination are wanted.
///
/// @param dueBy the latest due time
/// @param acceptedBy present where only old mail is wanted, accepted by then: by `untold` where its
///   sender does not know of a delay, or by `all`
/// @param limit the most recipients
record PageQuery(Destination destination, Instant dueBy, Optional<Ages> acceptedBy, int limit) {
  private static final String OLD =
      " AND (m.received <= ? OR (r.delay_reported = 0 AND m.received <= ?))";

  /// The condition, with a leading `AND`.
  String condition() {
    return acceptedBy.isPresent() ? OLD : "";
  }

  /// Sets the parameters of the condition.
  ///
  /// @return the index of the next parameter
  int set(PreparedStatement statement, int first) throws SQLException {
    if (acceptedBy.isEmpty()) {
      return first;
    }
    statement.setLong(first, millis(acceptedBy.get().all()));
    statement.setLong(first + 1, millis(acceptedBy.get().untold()));
    return first + 2;
  }

  private static long millis(Optional<Instant> at) {
    return at.map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
  }
}
