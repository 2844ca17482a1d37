package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.Refusal;

/// Reads and writes what was refused.
final class RefusalRows {
  private static final int LONGEST = 1000;

  private RefusalRows() {}

  static List<Refusal> find(Connection connection, String address, int limit) throws SQLException {
    var found = new ArrayList<Refusal>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT at, origin, reverse_path, address, reply FROM refusal"
                + " WHERE lower(address) = ? OR lower(reverse_path) = ?"
                + " ORDER BY at DESC LIMIT ?")) {
      s.setString(1, QueueFilter.lower(address));
      s.setString(2, QueueFilter.lower(address));
      s.setInt(3, limit);
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          found.add(
              new Refusal(
                  Instant.ofEpochMilli(row.getLong(1)),
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  row.getString(5)));
        }
      }
    }
    return found;
  }

  /// How many may be remembered: in a flood of spam, each costs a row.
  static final class Ration {
    private static final int MOST_AN_HOUR = 2000;

    private long hour;
    private int noted;

    synchronized boolean mayNote(Instant at) {
      long now = at.getEpochSecond() / Duration.ofHours(1).toSeconds();
      if (now != hour) {
        hour = now;
        noted = 0;
      }
      return noted++ < MOST_AN_HOUR;
    }
  }

  /// Remembers one.
  record Note(Refusal refusal) implements CommitThread.Change<Boolean> {
    @Override
    public Boolean apply(WriterSql sql) throws SQLException {
      sql.insert(refusal);
      return true;
    }

    @Override
    public boolean takesIn() {
      return true;
    }

    @Override
    public boolean patient() {
      return true;
    }
  }

  static String text(String value) {
    String line = RowText.line(value);
    return line.substring(0, Math.min(line.length(), LONGEST));
  }
}
