package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.Destination;
import net.facteur.queue.OriginalRecipient;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector.Attempt;
import net.facteur.queue.QueueInspector.JournalEntry;
import net.facteur.queue.QueueInspector.Shown;
import net.facteur.queue.QueueInspector.ShownRecipient;
import net.facteur.queue.RecipientState;

/// Reads everything about one message but its content.
final class MessageRows {
  /// A thousand recipients, each tried for five days, stay below.
  private static final int MOST_ATTEMPTS = 100_000;

  private MessageRows() {}

  static Optional<Shown> read(Connection connection, QueueId id) throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT seq, received, finished, size, origin, body_type, smtputf8, require_tls,"
                + " priority, envid, message_id, facts FROM message WHERE id = ?")) {
      s.setString(1, id.text());
      try (ResultSet row = s.executeQuery()) {
        return row.next() ? Optional.of(shown(connection, id, row)) : Optional.empty();
      }
    }
  }

  private static Shown shown(Connection connection, QueueId id, ResultSet row) throws SQLException {
    long finished = row.getLong(3);
    return new Shown(
        id,
        Instant.ofEpochMilli(row.getLong(2)),
        row.getObject(3) == null ? Optional.empty() : Optional.of(Instant.ofEpochMilli(finished)),
        row.getLong(4),
        row.getString(5),
        row.getString(6),
        row.getInt(7) != 0,
        row.getInt(8) != 0,
        row.getString(9),
        Optional.ofNullable(row.getString(10)),
        Optional.ofNullable(row.getString(11)),
        Optional.ofNullable(row.getString(12)).map(RowText::facts).orElse(List.of()),
        journal(connection, row.getLong(1)),
        reports(connection, id),
        recipients(connection, row.getLong(1)));
  }

  private static List<JournalEntry> journal(Connection connection, long message)
      throws SQLException {
    var entries = new ArrayList<JournalEntry>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT at, what, detail FROM journal WHERE seq = ? ORDER BY at LIMIT 1000")) {
      s.setLong(1, message);
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          entries.add(
              new JournalEntry(
                  Instant.ofEpochMilli(row.getLong(1)), row.getString(2), row.getString(3)));
        }
      }
    }
    return entries;
  }

  private static List<QueueId> reports(Connection connection, QueueId about) throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT id FROM message WHERE "
                + Schema.IS_REPORT
                + " AND origin = ? ORDER BY id LIMIT 1000")) {
      s.setString(1, Schema.REPORT + about);
      return ids(s);
    }
  }

  private static List<QueueId> ids(PreparedStatement statement) throws SQLException {
    var ids = new ArrayList<QueueId>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        if (QueueId.isQueueId(row.getString(1))) {
          ids.add(new QueueId(row.getString(1)));
        }
      }
    }
    return ids;
  }

  static List<QueueId> find(Connection connection, String text, int limit) throws SQLException {
    String wanted = QueueFilter.lower(text);
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT id FROM message WHERE lower(message_id) = ? UNION"
                + " SELECT id FROM message WHERE seq IN (SELECT seq FROM recipient"
                + " WHERE lower(address) = ? OR lower(reverse_path) = ? OR lower(orcpt) IN (?, ?))"
                + " ORDER BY id DESC LIMIT ?")) {
      s.setString(1, wanted);
      s.setString(2, wanted);
      s.setString(3, wanted);
      // What the sender wrote where it was an alias, a list or a catch-all.
      s.setString(4, QueueFilter.lower(OriginalRecipient.rfc822(text)));
      s.setString(5, QueueFilter.lower(OriginalRecipient.utf8(text)));
      s.setInt(6, limit);
      return ids(s);
    }
  }

  static List<ShownRecipient> recipients(Connection connection, long message) throws SQLException {
    Map<Integer, List<Attempt>> histories = attempts(connection, message);
    var recipients = new ArrayList<ShownRecipient>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT n, reverse_path, address, destination, state, next_attempt, attempts,"
                + " delay_reported, last FROM recipient WHERE seq = ? ORDER BY n")) {
      s.setLong(1, message);
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          recipients.add(
              new ShownRecipient(
                  row.getInt(1),
                  row.getString(2),
                  row.getString(3),
                  new Destination(row.getString(4)),
                  RecipientState.of(row.getString(5)),
                  Instant.ofEpochMilli(row.getLong(6)),
                  row.getInt(7),
                  row.getInt(8) != 0,
                  Optional.ofNullable(row.getString(9)),
                  histories.getOrDefault(row.getInt(1), List.of())));
        }
      }
    }
    return recipients;
  }

  private static Map<Integer, List<Attempt>> attempts(Connection connection, long message)
      throws SQLException {
    var histories = new HashMap<Integer, List<Attempt>>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT n, number, at, took, outcome, status, reply, remote_name, remote_address, tls"
                + " FROM attempt WHERE seq = ? ORDER BY n, number LIMIT ?")) {
      s.setLong(1, message);
      s.setInt(2, MOST_ATTEMPTS);
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          histories.computeIfAbsent(row.getInt(1), _ -> new ArrayList<>()).add(attempt(row));
        }
      }
    }
    return histories;
  }

  private static Attempt attempt(ResultSet row) throws SQLException {
    String remote = row.getString(8);
    return new Attempt(
        row.getInt(2),
        Instant.ofEpochMilli(row.getLong(3)),
        Duration.ofMillis(row.getLong(4)),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        remote == null
            ? Optional.empty()
            : Optional.of(
                new RemoteHost(
                    remote,
                    Optional.ofNullable(row.getString(9)).orElse(""),
                    Optional.ofNullable(row.getString(10)).orElse(""))));
  }
}
