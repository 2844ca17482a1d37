package net.facteur.queue.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueFilter;
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

  /// @param among which of the open recipients; their age is not looked at
  /// @param meant how many these are
  /// @return how many recipients it changed
  static int change(
      Connection connection,
      long message,
      Operation operation,
      QueueFilter among,
      int meant,
      Instant now)
      throws SQLException {
    int changed =
        switch (operation) {
          case HOLD, BOUNCE, MOVE ->
              update(connection, "state = 'held'", "'queued'", message, among);
          case RELEASE ->
              update(
                  connection,
                  "state = 'queued', next_attempt = " + now.toEpochMilli(),
                  "'held', 'damaged'",
                  message,
                  among);
          case RETRY ->
              update(
                  connection, "next_attempt = " + now.toEpochMilli(), "'queued'", message, among);
          case REMOVE ->
              update(
                  connection, "state = 'removed'", "'queued', 'held', 'damaged'", message, among);
        };
    int noted =
        switch (operation) {
          case HOLD, RELEASE, RETRY, REMOVE -> changed;
          case BOUNCE -> meant;
          // #move notes it, which knows where to.
          case MOVE -> 0;
        };
    if (noted > 0) {
      note(connection, message, now, operation.word(), recipients(noted));
    }
    return changed;
  }

  /// The numbers of the open recipients that are meant.
  static Set<Integer> meant(Connection connection, long message, QueueFilter among)
      throws SQLException {
    var numbers = new HashSet<Integer>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT n FROM recipient WHERE seq = ? AND state IN ('queued', 'held', 'damaged')"
                + FilterSql.MATCH)) {
      s.setLong(1, message);
      FilterSql.set(s, 2, among);
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          numbers.add(row.getInt(1));
        }
      }
    }
    return numbers;
  }

  private static int update(
      Connection connection, String values, String states, long message, QueueFilter among)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "UPDATE recipient SET "
                + values
                + " WHERE seq = ? AND state IN ("
                + states
                + ")"
                + FilterSql.MATCH)) {
      s.setLong(1, message);
      FilterSql.set(s, 2, among);
      return s.executeUpdate();
    }
  }

  /// Sends recipients another way, at once.
  static void move(Connection connection, Consignment consignment, Destination to, Instant now)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "UPDATE recipient SET destination = ?, state = 'queued', next_attempt = ?"
                + " WHERE seq = ? AND n = ? AND state IN ('queued', 'held', 'damaged')")) {
      for (QueuedRecipient recipient : consignment.recipients()) {
        s.setString(1, to.text());
        s.setLong(2, now.toEpochMilli());
        s.setLong(3, consignment.message());
        s.setInt(4, recipient.number());
        s.executeUpdate();
      }
    }
    note(
        connection,
        consignment.message(),
        now,
        Operation.MOVE.word(),
        recipients(consignment.recipients().size())
            + " from "
            + consignment.destination()
            + " to "
            + to);
  }

  private static String recipients(int count) {
    return count == 1 ? "1 recipient" : count + " recipients";
  }

  /// Writes what an operator did into the journal.
  static void note(Connection connection, long message, Instant at, String what, String detail)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "INSERT INTO journal (seq, at, what, detail) VALUES (?, ?, ?, ?)")) {
      s.setLong(1, message);
      s.setLong(2, at.toEpochMilli());
      s.setString(3, what);
      s.setString(4, detail);
      s.executeUpdate();
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
