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
import net.facteur.queue.QueueInspector.Sent;

/// Reads what accounts sent.
final class AccountRows {
  /// The beginning of a fact's line; no text of a fact holds a line feed.
  private static final String LINE = Fact.HELD + " ";

  private static final String COLUMNS =
      "SELECT m.id, m.received, m.account, m.origin, m.facts, count(*),"
          + " sum(CASE WHEN r.state = 'held' THEN 1 ELSE 0 END)"
          + " FROM message m JOIN recipient r ON r.seq = m.seq";
  private static final String GROUPED =
      " GROUP BY m.seq, m.id, m.received, m.account, m.origin, m.facts";

  /// A condition with three parameters.
  static final String OF = " AND (m.account = ? OR substr(m.account, 1, length(?) + 1) = ?)";

  private AccountRows() {}

  static Optional<String> account(Connection connection, QueueId id) throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement("SELECT account FROM message WHERE id = ?")) {
      s.setString(1, id.text());
      try (ResultSet row = s.executeQuery()) {
        return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
      }
    }
  }

  static void set(PreparedStatement statement, int first, String account) throws SQLException {
    statement.setString(first, account);
    statement.setString(first + 1, account);
    statement.setString(first + 2, account + "/");
  }

  static List<Sent> held(
      Connection connection, Optional<String> account, Optional<QueueId> after, int limit)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            COLUMNS
                + " WHERE m.seq IN (SELECT seq FROM recipient WHERE state = 'held')"
                + " AND m.id > ? AND m.account IS NOT NULL"
                + " AND (m.facts LIKE ? OR m.facts LIKE ?)"
                + (account.isPresent() ? OF : "")
                + GROUPED
                + " ORDER BY m.id LIMIT ?")) {
      s.setString(1, after.map(QueueId::text).orElse(""));
      s.setString(2, LINE + "%");
      s.setString(3, "%\n" + LINE + "%");
      if (account.isPresent()) {
        set(s, 4, account.get());
      }
      s.setInt(account.isPresent() ? 7 : 4, limit);
      return read(s);
    }
  }

  static List<Sent> sent(Connection connection, String account, Instant since, int limit)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            COLUMNS + " WHERE m.received >= ?" + OF + GROUPED + " ORDER BY m.id DESC LIMIT ?")) {
      s.setLong(1, since.toEpochMilli());
      set(s, 2, account);
      s.setInt(5, limit);
      return read(s);
    }
  }

  private static List<Sent> read(PreparedStatement statement) throws SQLException {
    var found = new ArrayList<Sent>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        if (QueueId.isQueueId(row.getString(1))) {
          found.add(
              new Sent(
                  new QueueId(row.getString(1)),
                  Instant.ofEpochMilli(row.getLong(2)),
                  row.getString(3),
                  row.getString(4),
                  row.getInt(6),
                  row.getInt(7),
                  reason(Optional.ofNullable(row.getString(5)))));
        }
      }
    }
    return found;
  }

  /// Why a message was kept back.
  static Optional<String> reason(Optional<String> facts) {
    return facts.map(RowText::facts).orElse(List.of()).stream()
        .filter(fact -> fact.what().equals(Fact.HELD))
        .map(Fact::detail)
        .findFirst();
  }
}
