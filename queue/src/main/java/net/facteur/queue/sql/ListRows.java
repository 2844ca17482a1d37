package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector.Counts;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.RecipientState;

/// Reads pages of the list of messages.
final class ListRows {
  private static final String PAGE =
      "SELECT seq, id, received, size, origin, facts FROM message m"
          + " WHERE finished IS NULL AND id > ? AND EXISTS (SELECT 1 FROM recipient r"
          + " WHERE r.seq = m.seq AND r.state IN "
          + StateSql.OPEN
          + FilterSql.MATCH
          + ") AND received < ? AND received >= ? ORDER BY id LIMIT ?";
  private static final String RECIPIENTS =
      "SELECT reverse_path, address, state, next_attempt, attempts, last FROM recipient"
          + " WHERE seq = ? AND state IN "
          + StateSql.OPEN
          + " ORDER BY n";

  private ListRows() {}

  /// @param after a queue id, or empty for the first page
  static List<Listed> page(Connection connection, QueueFilter filter, String after, int limit)
      throws SQLException {
    var listed = new ArrayList<Listed>();
    try (PreparedStatement page = connection.prepareStatement(PAGE);
        PreparedStatement recipients = connection.prepareStatement(RECIPIENTS)) {
      page.setString(1, after);
      FilterSql.set(page, 2, filter);
      int next = 2 + FilterSql.PARAMETERS;
      page.setLong(next, filter.before().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE));
      page.setLong(next + 1, filter.after().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE));
      page.setInt(next + 2, limit);
      try (ResultSet message = page.executeQuery()) {
        while (message.next()) {
          recipients.setLong(1, message.getLong(1));
          try (ResultSet rows = recipients.executeQuery()) {
            // None, where the last has left since the page was begun.
            if (rows.next()) {
              listed.add(listed(message, rows));
            }
          }
        }
      }
    }
    return listed;
  }

  /// @param recipients on its first row
  private static Listed listed(ResultSet message, ResultSet recipients) throws SQLException {
    String reversePath = recipients.getString(1);
    String address = recipients.getString(2);
    Optional<String> last = Optional.ofNullable(recipients.getString(6));
    int queued = 0;
    int held = 0;
    int damaged = 0;
    int attempts = 0;
    long next = Long.MAX_VALUE;
    do {
      switch (RecipientState.of(recipients.getString(3))) {
        case QUEUED -> {
          queued++;
          next = Math.min(next, recipients.getLong(4));
        }
        case HELD -> held++;
        case DAMAGED -> damaged++;
        case DELIVERED, FAILED, EXPIRED, BOUNCED, REMOVED ->
            throw new IllegalStateException("not an open recipient");
      }
      attempts = Math.max(attempts, recipients.getInt(5));
    } while (recipients.next());
    return new Listed(
        new QueueId(message.getString(2)),
        Instant.ofEpochMilli(message.getLong(3)),
        message.getLong(4),
        message.getString(5),
        reversePath,
        address,
        new Counts(queued, held, damaged),
        queued == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(next)),
        attempts,
        last,
        UnreportedRows.withheld(Optional.ofNullable(message.getString(6))));
  }
}
