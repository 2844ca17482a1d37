package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.Operation;
import net.facteur.queue.store.Order;
import net.facteur.queue.store.QueuedRecipient;

/// What an operation does to the rows.
final class OperatorSql {
  private static final String ORDERED = " AND ordered IS NOT NULL";

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
  /// @param due when what is released or tried again is due
  /// @return how many recipients it changed
  static int change(
      Connection connection,
      long message,
      Operation operation,
      QueueFilter among,
      Instant now,
      Instant due)
      throws SQLException {
    int changed =
        switch (operation) {
          case HOLD, BOUNCE, MOVE -> {
            // Those that were held for an order are now held for good.
            int withdrawn =
                update(connection, "ordered = NULL", "'held', 'damaged'", message, among, ORDERED);
            yield withdrawn + update(connection, "state = 'held'", "'queued'", message, among);
          }
          case RELEASE ->
              update(
                  connection,
                  "state = 'queued', ordered = NULL, next_attempt = " + due.toEpochMilli(),
                  "'held', 'damaged'",
                  message,
                  among);
          case RETRY ->
              update(
                  connection, "next_attempt = " + due.toEpochMilli(), "'queued'", message, among);
          case REMOVE ->
              update(
                  connection, "state = 'removed'", "'queued', 'held', 'damaged'", message, among);
        };
    if (changed > 0) {
      note(connection, message, now, operation.word(), recipients(changed));
    }
    return changed;
  }

  /// @param meant how many recipients the order is about
  /// @return how many of them were queued
  static int order(
      Connection connection, long message, Order order, QueueFilter among, int meant, Instant now)
      throws SQLException {
    // Held ones first, since the queued ones join them.
    place(connection, order, "state = state", "'held', 'damaged'", message, among);
    int queued = place(connection, order, "state = 'held'", "'queued'", message, among);
    switch (order) {
      case Order.Bounce _ -> {
        if (meant > 0) {
          note(connection, message, now, order.operation().word(), recipients(meant));
        }
      }
      // #move notes it, which knows from where.
      case Order.Move _ -> {}
    }
    return queued;
  }

  private static int place(
      Connection connection,
      Order order,
      String state,
      String states,
      long message,
      QueueFilter among)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "UPDATE recipient SET ordered = ?, "
                + state
                + " WHERE seq = ? AND state IN ("
                + states
                + ")"
                + FilterSql.MATCH)) {
      s.setString(1, order.text());
      s.setLong(2, message);
      FilterSql.set(s, 3, among);
      return s.executeUpdate();
    }
  }

  /// The orders about a message, but those that cannot be understood.
  static Map<Integer, Order> orders(Connection connection, QueueId id) throws SQLException {
    var found = new HashMap<Integer, Order>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT r.n, r.ordered FROM recipient r JOIN message m ON m.seq = r.seq"
                + " WHERE m.id = ? AND r.state IN ('held', 'damaged') AND r.ordered IS NOT NULL")) {
      s.setString(1, id.text());
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          int number = row.getInt(1);
          Order.of(row.getString(2)).ifPresent(order -> found.put(number, order));
        }
      }
    }
    return found;
  }

  /// Messages with orders, the oldest first.
  static List<QueueId> ordered(Connection connection, int limit) throws SQLException {
    var found = new ArrayList<QueueId>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT DISTINCT m.seq, m.id FROM recipient r JOIN message m ON m.seq = r.seq"
                + " WHERE r.state IN ('held', 'damaged') AND r.ordered IS NOT NULL"
                + " ORDER BY m.seq LIMIT ?")) {
      s.setInt(1, limit);
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          if (QueueId.isQueueId(row.getString(2))) {
            found.add(new QueueId(row.getString(2)));
          }
        }
      }
    }
    return found;
  }

  /// The numbers of the open recipients that are meant.
  static Set<Integer> meant(Connection connection, long message, QueueFilter among)
      throws SQLException {
    var numbers = new HashSet<Integer>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT n FROM recipient WHERE seq = ? AND state IN "
                + StateSql.OPEN
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
    return update(connection, values, states, message, among, "");
  }

  private static int update(
      Connection connection,
      String values,
      String states,
      long message,
      QueueFilter among,
      String condition)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "UPDATE recipient SET "
                + values
                + " WHERE seq = ? AND state IN ("
                + states
                + ")"
                + condition
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
            "UPDATE recipient SET destination = ?, sum = ?, state = 'queued', ordered = NULL,"
                + " next_attempt = ?"
                + " WHERE seq = ? AND n = ? AND state IN "
                + StateSql.OPEN)) {
      for (QueuedRecipient recipient : consignment.recipients()) {
        s.setString(1, to.text());
        OptionalLong sum = DueRows.sumOn(connection, consignment.message(), recipient.number(), to);
        if (sum.isPresent()) {
          s.setLong(2, sum.getAsLong());
        } else {
          s.setNull(2, Types.BIGINT);
        }
        s.setLong(3, now.toEpochMilli());
        s.setLong(4, consignment.message());
        s.setInt(5, recipient.number());
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
