package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.store.Ages;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DueDestination;
import net.facteur.queue.store.QueuedRecipient;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Reads what is due, and turns rows into consignments.
final class DueRows {
  private static final String COLUMNS =
      "SELECT r.seq, r.n, r.reverse_path, r.address, r.notify, r.orcpt, r.next_attempt, r.attempts,"
          + " r.delay_reported, m.id, m.received, m.size, m.body_type, m.smtputf8, m.require_tls,"
          + " m.ret, m.envid, m.priority, r.destination, r.forwarders, r.sum FROM recipient r LEFT"
          + " JOIN message m ON m.seq = r.seq";
  private static final String NEXT =
      "SELECT next_attempt FROM recipient WHERE state = 'queued' AND destination = ?"
          + " AND next_attempt > ? ORDER BY next_attempt LIMIT 1";
  private static final String DESTINATION =
      "SELECT destination, next_attempt FROM recipient WHERE state = 'queued' AND destination > ?"
          + " ORDER BY destination, next_attempt LIMIT 1";

  private static final String AGES =
      "SELECT min(CASE WHEN r.delay_reported = 0 THEN m.received END), min(m.received)"
          + " FROM recipient r JOIN message m ON m.seq = r.seq"
          + " WHERE r.state = 'queued' AND r.destination = ?";

  private static final Logger LOG = LogManager.getLogger(DueRows.class);

  private DueRows() {}

  /// The statement that reads what is due.
  ///
  /// @param condition a further one, with a leading `AND`
  /// @param locking what locks the rows
  static String page(String condition, String locking) {
    return COLUMNS
        + " WHERE r.state = 'queued' AND r.destination = ? AND r.next_attempt <= ?"
        + condition
        + " ORDER BY r.next_attempt, r.seq, r.n LIMIT ?"
        + locking;
  }

  /// The statement that reads the open recipients of a message, likewise.
  static String message(String condition, String locking) {
    return COLUMNS
        + " WHERE r.seq = ? AND r.state IN "
        + StateSql.OPEN
        + condition
        + " ORDER BY r.n"
        + locking;
  }

  /// A row that cannot be understood.
  record Damaged(long message, int number, String reason) {}

  /// @param nextDue of what was left in the store
  record Page(List<Consignment> consignments, List<Damaged> damaged, Optional<Instant> nextDue) {}

  static Page page(
      Connection connection,
      String sql,
      PageQuery query,
      int recipientsTogether,
      Leases.Watch leases)
      throws SQLException {
    var groups = new LinkedHashMap<Key, Group>();
    var damaged = new ArrayList<Damaged>();
    Optional<Instant> left = Optional.empty();
    try (PreparedStatement s = connection.prepareStatement(sql)) {
      s.setString(1, query.destination().text());
      s.setLong(2, query.dueBy().toEpochMilli());
      s.setInt(query.set(s, 3), query.limit() + leases.atFirst() + 1);
      int taken = 0;
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          long message = row.getLong(1);
          int number = row.getInt(2);
          if (leases.leased(message, number)) {
            continue;
          }
          if (taken++ == query.limit()) {
            left = Optional.of(Instant.ofEpochMilli(row.getLong(7)));
            break;
          }
          try {
            add(groups, row, recipientsTogether);
          } catch (IllegalArgumentException e) {
            damaged.add(new Damaged(message, number, String.valueOf(e.getMessage())));
          }
        }
      }
    }
    if (left.isEmpty()) {
      left = next(connection, query.destination(), query.dueBy());
    }
    return new Page(groups.values().stream().map(Group::consignment).toList(), damaged, left);
  }

  /// How old what waits for a destination is.
  static Ages ages(Connection connection, Destination destination) throws SQLException {
    try (PreparedStatement s = connection.prepareStatement(AGES)) {
      s.setString(1, destination.text());
      try (ResultSet row = s.executeQuery()) {
        return row.next()
            ? new Ages(instant(row, 1), instant(row, 2))
            : new Ages(Optional.empty(), Optional.empty());
      }
    }
  }

  private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /// The open recipients of a message, in whatever state, but those that cannot be understood.
  static List<Consignment> message(
      Connection connection, String sql, long message, int recipientsTogether) throws SQLException {
    var groups = new LinkedHashMap<Key, Group>();
    try (PreparedStatement s = connection.prepareStatement(sql)) {
      s.setLong(1, message);
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          try {
            add(groups, row, recipientsTogether);
          } catch (IllegalArgumentException e) {
            LOG.warn("recipient {} of message number {}: {}", row.getInt(2), message, e.toString());
          }
        }
      }
    }
    return groups.values().stream().map(Group::consignment).toList();
  }

  private static Optional<Instant> next(
      Connection connection, Destination destination, Instant after) throws SQLException {
    try (PreparedStatement s = connection.prepareStatement(NEXT)) {
      s.setString(1, destination.text());
      s.setLong(2, after.toEpochMilli());
      try (ResultSet row = s.executeQuery()) {
        return row.next() ? Optional.of(Instant.ofEpochMilli(row.getLong(1))) : Optional.empty();
      }
    }
  }

  /// One seek in the index for each destination, however much mail it has.
  static List<DueDestination> destinations(Connection connection, String after, int limit)
      throws SQLException {
    var found = new ArrayList<DueDestination>();
    try (PreparedStatement s = connection.prepareStatement(DESTINATION)) {
      String behind = after;
      while (found.size() < limit) {
        s.setString(1, behind);
        try (ResultSet row = s.executeQuery()) {
          if (!row.next()) {
            break;
          }
          behind = row.getString(1);
          found.add(
              new DueDestination(new Destination(behind), Instant.ofEpochMilli(row.getLong(2))));
        }
      }
    }
    return found;
  }

  private static void add(Map<Key, Group> groups, ResultSet row, int most) throws SQLException {
    checkSum(row);
    var destination = new Destination(row.getString(19));
    ReversePath reversePath = RowText.reversePath(row.getString(3));
    QueuedRecipient recipient = recipient(row, destination);
    var key = new Key(row.getLong(1), destination, reversePath, 0);
    while (groups.containsKey(key) && groups.get(key).recipients.size() >= most) {
      key = new Key(key.message, destination, reversePath, key.part + 1);
    }
    Group group = groups.get(key);
    if (group == null) {
      group = group(row, reversePath, destination);
      groups.put(key, group);
    }
    group.recipients.add(recipient);
  }

  /// @throws IllegalArgumentException where the envelope is not what was written
  private static void checkSum(ResultSet row) throws SQLException {
    long sum = row.getLong(21);
    if (!row.wasNull() && sum != sum(row, row.getString(19))) {
      throw new IllegalArgumentException("the envelope is not what was accepted");
    }
  }

  /// The sum that a recipient will have with another destination; empty where it has none.
  static OptionalLong sumOn(Connection connection, long message, int number, Destination to)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(COLUMNS + " WHERE r.seq = ? AND r.n = ?")) {
      s.setLong(1, message);
      s.setInt(2, number);
      try (ResultSet row = s.executeQuery()) {
        return row.next() && row.getObject(21) != null
            ? OptionalLong.of(sum(row, to.text()))
            : OptionalLong.empty();
      }
    }
  }

  /// The sum of an envelope as it stands in the row.
  ///
  /// @param destination in the row, or the one that comes there
  private static long sum(ResultSet row, @Nullable String destination) throws SQLException {
    var mail =
        new Sums.Mail(
            row.getString(10),
            row.getLong(11),
            row.getString(13),
            row.getInt(14) != 0,
            row.getInt(15) != 0,
            row.getString(16),
            row.getString(17),
            row.getString(18));
    return Sums.envelope(
        mail,
        row.getInt(2),
        List.of(
            Optional.ofNullable(row.getString(3)),
            Optional.ofNullable(row.getString(4)),
            Optional.ofNullable(destination),
            Optional.ofNullable(row.getString(5)),
            Optional.ofNullable(row.getString(6)),
            Optional.ofNullable(row.getString(20))));
  }

  private static QueuedRecipient recipient(ResultSet row, Destination destination)
      throws SQLException {
    return new QueuedRecipient(
        row.getInt(2),
        new Recipient(
            RowText.address(row.getString(4)),
            destination,
            Optional.ofNullable(row.getString(5)).flatMap(RowText::notifyOn),
            Optional.ofNullable(row.getString(6)),
            Optional.ofNullable(row.getString(20)).map(RowText::addresses).orElse(List.of())),
        row.getInt(8),
        row.getInt(9) != 0,
        Instant.ofEpochMilli(row.getLong(7)));
  }

  private static Group group(ResultSet row, ReversePath reversePath, Destination destination)
      throws SQLException {
    if (row.getString(10) == null) {
      throw new IllegalArgumentException("the recipient's message row is gone");
    }
    return new Group(
        row.getLong(1),
        new QueueId(row.getString(10)),
        reversePath,
        destination,
        new MessageTraits(
            bodyType(row.getString(13)),
            row.getInt(14) != 0,
            row.getInt(15) != 0,
            Optional.ofNullable(row.getString(16)).map(MessageTraits.Returned::valueOf),
            Optional.ofNullable(row.getString(17)),
            MessageTraits.Priority.valueOf(row.getString(18))),
        Instant.ofEpochMilli(row.getLong(11)),
        row.getLong(12),
        new ArrayList<>(1));
  }

  private static MessageTraits.Body bodyType(String keyword) {
    for (MessageTraits.Body body : MessageTraits.Body.values()) {
      if (body.keyword().equals(keyword)) {
        return body;
      }
    }
    throw new IllegalArgumentException("no body type: " + keyword);
  }

  private record Key(long message, Destination destination, ReversePath reversePath, int part) {}

  private record Group(
      long message,
      QueueId id,
      ReversePath reversePath,
      Destination destination,
      MessageTraits traits,
      Instant received,
      long size,
      List<QueuedRecipient> recipients) {
    Consignment consignment() {
      return new Consignment(
          message, id, reversePath, destination, recipients, traits, received, size, true);
    }
  }
}
