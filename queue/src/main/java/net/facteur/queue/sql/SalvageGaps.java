package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import net.facteur.queue.QueueId;

/// Finds what a salvaged queue lacks, and gives it a place where people see it: recipients that are
/// set aside as damaged. They never leave, since no check sum fits them.
final class SalvageGaps {
  private static final String UNREADABLE = "unreadable";

  private final Connection queue;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final List<String> named = new ArrayList<>();

  SalvageGaps(Connection queue, InstantSource clock, RandomGenerator random) {
    this.queue = queue;
    this.clock = clock;
    this.random = random;
  }

  /// Marks the gaps.
  ///
  /// @return what is lacking, in a line each
  List<String> mark() throws SQLException {
    states();
    lostMessages();
    lostRecipients();
    lostContents();
    return named;
  }

  private void states() throws SQLException {
    try (Statement s = queue.createStatement()) {
      int changed =
          s.executeUpdate(
              "UPDATE recipient SET state = 'damaged', last = 'its state cannot be read'"
                  + " WHERE state NOT IN "
                  + StateSql.ALL);
      if (changed > 0) {
        named.add(changed + " recipients have a state that cannot be read");
      }
    }
  }

  /// Recipients without their message: nothing says from when and with what wishes it is.
  private void lostMessages() throws SQLException {
    for (long message :
        numbers(
            "SELECT DISTINCT seq FROM recipient r WHERE state IN "
                + StateSql.OPEN
                + " AND NOT EXISTS (SELECT 1 FROM message m WHERE m.seq = r.seq)")) {
      QueueId id = QueueId.next(clock, random);
      try (PreparedStatement s =
          queue.prepareStatement(
              "INSERT INTO message (seq, id, received, origin, size, body_type, smtputf8,"
                  + " require_tls, priority)"
                  + " VALUES (?, ?, ?, 'salvaged', 0, '8BITMIME', 0, 0, 'NORMAL')")) {
        s.setLong(1, message);
        s.setString(2, id.text());
        s.setLong(3, clock.millis());
        s.executeUpdate();
      }
      try (PreparedStatement s =
          queue.prepareStatement(
              "UPDATE recipient SET state = 'damaged', last = 'the message row is lost'"
                  + " WHERE seq = ? AND state IN "
                  + StateSql.OPEN)) {
        s.setLong(1, message);
        s.executeUpdate();
      }
      named.add("message number " + message + " lost its row; it has the id " + id + " now");
    }
  }

  private void lostRecipients() throws SQLException {
    String lacking =
        "SELECT seq, id, coalesce(recipients, 1) FROM message m WHERE finished IS NULL"
            + " AND (SELECT count(*) FROM recipient r WHERE r.seq = m.seq)"
            + " < coalesce(recipients, 1)";
    try (Statement s = queue.createStatement();
        ResultSet row = s.executeQuery(lacking)) {
      while (row.next()) {
        // Numbers run from 0 to the count before the last.
        addMissing(row.getLong(1), row.getString(2), Math.min(row.getInt(3), 100_000));
      }
    }
  }

  private void addMissing(long message, String id, int recipients) throws SQLException {
    int added = 0;
    try (PreparedStatement s =
        queue.prepareStatement(
            "INSERT OR IGNORE INTO recipient (seq, n, reverse_path, address, destination, state,"
                + " next_attempt, attempts, delay_reported, last, sum)"
                + " VALUES (?, ?, '', ?, ?, 'damaged', 0, 0, 0, 'the recipient is lost', -1)")) {
      for (int n = 0; n < recipients; n++) {
        s.setLong(1, message);
        s.setInt(2, n);
        s.setString(3, UNREADABLE);
        s.setString(4, UNREADABLE);
        added += s.executeUpdate();
      }
    }
    named.add("message id=" + id + " lost " + added + " of " + recipients + " recipients");
  }

  /// The first look at them sets them aside, but people should know now.
  private void lostContents() throws SQLException {
    try (Statement s = queue.createStatement();
        ResultSet row =
            s.executeQuery(
                "SELECT id FROM message m WHERE finished IS NULL"
                    + " AND NOT EXISTS (SELECT 1 FROM content c WHERE c.seq = m.seq)")) {
      while (row.next()) {
        named.add("message id=" + row.getString(1) + " lost its content");
      }
    }
  }

  private List<Long> numbers(String sql) throws SQLException {
    var found = new ArrayList<Long>();
    try (Statement s = queue.createStatement();
        ResultSet row = s.executeQuery(sql)) {
      while (row.next()) {
        found.add(row.getLong(1));
      }
    }
    return found;
  }
}
