package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.Fact;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector.Unreported;

/// Reads of whom no sender was told.
final class UnreportedRows {
  /// The beginning of a fact's line; no text of a fact holds a line feed.
  private static final String LINE = Fact.REPORTS + " ";

  private UnreportedRows() {}

  static List<Unreported> find(Connection connection, Instant from, Instant before, int limit)
      throws SQLException {
    var found = new ArrayList<Unreported>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT m.id, r.reverse_path, r.address, r.last FROM message m"
                + " JOIN recipient r ON r.seq = m.seq"
                + " WHERE m.finished >= ? AND m.finished < ?"
                + " AND (m.facts LIKE ? OR m.facts LIKE ?)"
                + " AND r.state IN ('failed', 'expired', 'bounced')"
                + " ORDER BY m.finished, m.id, r.n LIMIT ?")) {
      s.setLong(1, from.toEpochMilli());
      s.setLong(2, before.toEpochMilli());
      s.setString(3, LINE + "%");
      s.setString(4, "%\n" + LINE + "%");
      s.setInt(5, limit);
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          found.add(
              new Unreported(
                  new QueueId(row.getString(1)),
                  row.getString(2),
                  row.getString(3),
                  Optional.ofNullable(row.getString(4))));
        }
      }
    }
    return found;
  }

  /// True where the facts of a message say that its sender is told of nothing.
  static boolean withheld(Optional<String> facts) {
    return facts.map(RowText::facts).orElse(List.of()).stream()
        .anyMatch(fact -> fact.what().equals(Fact.REPORTS));
  }
}
