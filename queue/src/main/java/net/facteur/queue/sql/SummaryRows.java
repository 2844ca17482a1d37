package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueInspector.Counts;
import net.facteur.queue.QueueInspector.Summary;
import net.facteur.queue.QueueInspector.Waiting;

/// Counts what waits.
final class SummaryRows {
  /// Two halves, since each has an index of its own that leaves the history out.
  private static final String COUNT =
      "SELECT r.destination, count(CASE r.state WHEN 'queued' THEN 1 END),"
          + " count(CASE r.state WHEN 'held' THEN 1 END),"
          + " count(CASE r.state WHEN 'damaged' THEN 1 END), min(m.received),"
          + " min(CASE r.state WHEN 'queued' THEN r.next_attempt END)"
          + ", count(CASE WHEN m.received > ? THEN 1 END)".repeat(Summary.AGES.size())
          + " FROM (SELECT seq, destination, state, next_attempt FROM recipient"
          + " WHERE state = 'queued' UNION ALL SELECT seq, destination, state, next_attempt"
          + " FROM recipient WHERE state IN ('held', 'damaged')) r JOIN message m USING (seq)"
          + " GROUP BY r.destination ORDER BY count(*) DESC, r.destination";

  private static final int FIRST_AGE = 7;

  private SummaryRows() {}

  static Summary read(Connection connection, Instant now, int limit) throws SQLException {
    var fullest = new ArrayList<Waiting>();
    int destinations = 0;
    long oldest = Long.MAX_VALUE;
    var total = new Counts(0, 0, 0);
    int[] ages = new int[Summary.AGES.size() + 1];
    try (PreparedStatement s = connection.prepareStatement(COUNT)) {
      for (int i = 0; i < Summary.AGES.size(); i++) {
        s.setLong(i + 1, now.minus(Summary.AGES.get(i)).toEpochMilli());
      }
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          var counts = new Counts(row.getInt(2), row.getInt(3), row.getInt(4));
          total =
              new Counts(
                  total.queued() + counts.queued(),
                  total.held() + counts.held(),
                  total.damaged() + counts.damaged());
          destinations++;
          oldest = Math.min(oldest, row.getLong(5));
          List<Integer> byAge = byAge(row, counts);
          for (int i = 0; i < ages.length; i++) {
            ages[i] += byAge.get(i);
          }
          if (fullest.size() < limit) {
            fullest.add(waiting(row, counts, byAge));
          }
        }
      }
    }
    return new Summary(
        now,
        destinations,
        total,
        destinations == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest)),
        Arrays.stream(ages).boxed().toList(),
        fullest);
  }

  private static List<Integer> byAge(ResultSet row, Counts counts) throws SQLException {
    var byAge = new ArrayList<Integer>();
    int younger = 0;
    for (int i = 0; i < Summary.AGES.size(); i++) {
      int upTo = row.getInt(FIRST_AGE + i);
      byAge.add(upTo - younger);
      younger = upTo;
    }
    byAge.add(counts.all() - younger);
    return byAge;
  }

  private static Waiting waiting(ResultSet row, Counts counts, List<Integer> byAge)
      throws SQLException {
    long next = row.getLong(6);
    return new Waiting(
        new Destination(row.getString(1)),
        counts,
        Instant.ofEpochMilli(row.getLong(5)),
        counts.queued() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(next)),
        byAge);
  }
}
