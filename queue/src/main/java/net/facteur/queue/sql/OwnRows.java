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
import net.facteur.queue.QueueInspector.Own;
import net.facteur.queue.QueueInspector.OwnMessage;

/// Reads the mail of one person among the newest of all messages. The order of acceptance is that
/// of the rows, so that nothing older is touched.
final class OwnRows {
  private OwnRows() {}

  private record Row(long number, QueueId id, Instant received, Optional<String> facts) {}

  static Own read(Connection connection, String account, Instant since, int looked, int limit)
      throws SQLException {
    long after = newest(connection) - looked;
    return new Own(
        messages(connection, sent(connection, account, since, after, limit)),
        messages(connection, came(connection, account, since, after, limit)),
        oldest(connection, after).filter(at -> after > 0 && at.isAfter(since)));
  }

  private static long newest(Connection connection) throws SQLException {
    try (PreparedStatement s =
            connection.prepareStatement("SELECT coalesce(max(seq), 0) FROM message");
        ResultSet row = s.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /// When the first message behind a number was accepted.
  private static Optional<Instant> oldest(Connection connection, long after) throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT received FROM message WHERE seq > ? ORDER BY seq LIMIT 1")) {
      s.setLong(1, after);
      try (ResultSet row = s.executeQuery()) {
        return row.next() ? Optional.of(Instant.ofEpochMilli(row.getLong(1))) : Optional.empty();
      }
    }
  }

  private static List<Row> sent(
      Connection connection, String account, Instant since, long after, int limit)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT m.seq, m.id, m.received, m.facts FROM message m WHERE m.seq > ?"
                + " AND m.received >= ?"
                + AccountRows.OF
                + " ORDER BY m.seq DESC LIMIT ?")) {
      s.setLong(1, after);
      s.setLong(2, since.toEpochMilli());
      AccountRows.set(s, 3, account);
      s.setInt(6, limit);
      return rows(s);
    }
  }

  private static List<Row> came(
      Connection connection, String address, Instant since, long after, int limit)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT m.seq, m.id, m.received, m.facts FROM message m WHERE m.seq IN"
                + " (SELECT r.seq FROM recipient r WHERE r.seq > ? AND lower(r.address) = ?)"
                + " AND m.received >= ? ORDER BY m.seq DESC LIMIT ?")) {
      s.setLong(1, after);
      s.setString(2, QueueFilter.lower(address));
      s.setLong(3, since.toEpochMilli());
      s.setInt(4, limit);
      return rows(s);
    }
  }

  private static List<Row> rows(PreparedStatement statement) throws SQLException {
    var rows = new ArrayList<Row>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        if (QueueId.isQueueId(row.getString(2))) {
          rows.add(
              new Row(
                  row.getLong(1),
                  new QueueId(row.getString(2)),
                  Instant.ofEpochMilli(row.getLong(3)),
                  Optional.ofNullable(row.getString(4))));
        }
      }
    }
    return rows;
  }

  private static List<OwnMessage> messages(Connection connection, List<Row> rows)
      throws SQLException {
    var messages = new ArrayList<OwnMessage>();
    for (Row row : rows) {
      messages.add(
          new OwnMessage(
              row.id(),
              row.received(),
              AccountRows.reason(row.facts()),
              MessageRows.recipients(connection, row.number())));
    }
    return messages;
  }
}
