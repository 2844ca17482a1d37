package net.facteur.queue.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueId;

/// What an operation does to the rows.
final class OperatorSql {
  private OperatorSql() {}

  /// The number of a message that is still queued.
  static OptionalLong queued(Connection connection, QueueId id) throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement("SELECT seq FROM message WHERE id = ? AND finished IS NULL")) {
      s.setString(1, id.text());
      try (ResultSet row = s.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
      }
    }
  }

  /// @return how many recipients it changed
  static int change(Connection connection, long message, Operation operation, Instant now)
      throws SQLException {
    return switch (operation) {
      case HOLD ->
          update(
              connection,
              "UPDATE recipient SET state = 'held' WHERE seq = ? AND state = 'queued'",
              message);
      case RELEASE ->
          update(
              connection,
              "UPDATE recipient SET state = 'queued', next_attempt = ?"
                  + " WHERE seq = ? AND state IN ('held', 'damaged')",
              now.toEpochMilli(),
              message);
      case RETRY ->
          update(
              connection,
              "UPDATE recipient SET next_attempt = ? WHERE seq = ? AND state = 'queued'",
              now.toEpochMilli(),
              message);
      case REMOVE ->
          update(
              connection,
              "UPDATE recipient SET state = 'removed'"
                  + " WHERE seq = ? AND state IN ('queued', 'held', 'damaged')",
              message);
    };
  }

  private static int update(Connection connection, String sql, long... values) throws SQLException {
    try (PreparedStatement s = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        s.setLong(i + 1, values[i]);
      }
      return s.executeUpdate();
    }
  }

  static List<Destination> destinations(Connection connection, long message) throws SQLException {
    var found = new ArrayList<Destination>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT DISTINCT destination FROM recipient WHERE seq = ? AND state = 'queued'")) {
      s.setLong(1, message);
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          found.add(new Destination(row.getString(1)));
        }
      }
    }
    return found;
  }
}
