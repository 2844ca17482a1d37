package net.facteur.server.destinations;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.queue.StoreSettings;

/// The memory of destinations in the database of counts. Every method blocks, and throws an
/// [IOException] where the database cannot; the next call tries again.
public final class DestinationStore implements AutoCloseable {
  /// What was said last by one provider.
  static final int MOST_REFUSED = 20;

  private static final Pattern STATUS = Pattern.compile("([245])\\.([0-9]{1,3})\\.([0-9]{1,3})");

  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS destination_hour (
            provider TEXT NOT NULL,
            hour BIGINT NOT NULL,
            node TEXT NOT NULL,
            numbers TEXT NOT NULL,
            PRIMARY KEY (provider, hour, node)
          ) {clustered}\
          """,
          "CREATE INDEX IF NOT EXISTS destination_hour_hour ON destination_hour (hour)",
          """
          CREATE TABLE IF NOT EXISTS destination_refused (
            provider TEXT NOT NULL,
            reason TEXT NOT NULL,
            lasting BIGINT NOT NULL,
            at BIGINT NOT NULL,
            times BIGINT NOT NULL,
            message TEXT NOT NULL,
            host TEXT NOT NULL,
            status TEXT NOT NULL,
            reply TEXT NOT NULL,
            PRIMARY KEY (provider, reason)
          )\
          """);

  private final CountsDatabase database;

  /// @param hour hours since 1970
  record Place(String provider, long hour) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byProvider = provider.compareTo(other.provider);
      return byProvider != 0 ? byProvider : Long.compare(hour, other.hour);
    }
  }

  /// @param reason what makes it one with others
  record Reason(String provider, String reason) implements Comparable<Reason> {
    @Override
    public int compareTo(Reason other) {
      int byProvider = provider.compareTo(other.provider);
      return byProvider != 0 ? byProvider : reason.compareTo(other.reason);
    }
  }

  private DestinationStore(CountsDatabase database) {
    this.database = database;
  }

  /// The one beside a queue. It is opened when it is needed first.
  ///
  /// @throws IOException where the password of the database cannot be read
  public static DestinationStore at(StoreSettings.Place queue) throws IOException {
    return new DestinationStore(CountsDatabase.at(queue, TABLES));
  }

  /// One for this machine, in a directory that exists.
  public static DestinationStore in(Path directory) {
    return new DestinationStore(CountsDatabase.in(directory, TABLES));
  }

  /// Writes numbers of this process in place of earlier ones, and adds refusals.
  void write(String node, Map<Place, Numbers> numbers, Map<Reason, Refused> refused)
      throws IOException {
    if (numbers.isEmpty() && refused.isEmpty()) {
      return;
    }
    database.work(
        connection -> {
          writeNumbers(connection, node, numbers);
          writeRefused(connection, refused);
          return true;
        });
  }

  /// All processes write rows in one order, so that none waits for another in a ring.
  private static void writeNumbers(Connection connection, String node, Map<Place, Numbers> numbers)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "INSERT INTO destination_hour (provider, hour, node, numbers) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (provider, hour, node) DO UPDATE SET numbers = excluded.numbers")) {
      for (Map.Entry<Place, Numbers> each : new TreeMap<>(numbers).entrySet()) {
        s.setString(1, each.getKey().provider());
        s.setLong(2, each.getKey().hour());
        s.setString(3, node);
        s.setString(4, each.getValue().text());
        s.addBatch();
      }
      s.executeBatch();
    }
  }

  private static void writeRefused(Connection connection, Map<Reason, Refused> refused)
      throws SQLException {
    Set<String> providers = new HashSet<>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "INSERT INTO destination_refused"
                + " (provider, reason, lasting, at, times, message, host, status, reply)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (provider, reason)"
                + " DO UPDATE SET lasting = excluded.lasting, at = excluded.at,"
                + " times = destination_refused.times + excluded.times,"
                + " message = excluded.message, host = excluded.host,"
                + " status = excluded.status, reply = excluded.reply")) {
      for (Map.Entry<Reason, Refused> each : new TreeMap<>(refused).entrySet()) {
        Refused its = each.getValue();
        s.setString(1, each.getKey().provider());
        s.setString(2, each.getKey().reason());
        s.setLong(3, its.lasting() ? 1 : 0);
        s.setLong(4, its.at().toEpochMilli());
        s.setLong(5, its.times());
        s.setString(6, its.message());
        s.setString(7, its.host());
        s.setString(8, its.status().toString());
        // PostgreSQL keeps no NUL.
        s.setString(9, its.reply().replace('\0', ' '));
        s.addBatch();
        providers.add(each.getKey().provider());
      }
      s.executeBatch();
    }
    try (PreparedStatement s =
        connection.prepareStatement(
            "DELETE FROM destination_refused WHERE provider = ? AND reason NOT IN"
                + " (SELECT reason FROM destination_refused WHERE provider = ?"
                + " ORDER BY at DESC, reason LIMIT "
                + MOST_REFUSED
                + ")")) {
      for (String provider : providers.stream().sorted().toList()) {
        s.setString(1, provider);
        s.setString(2, provider);
        s.executeUpdate();
      }
    }
  }

  /// Forgets hours and refusals before a time.
  void forget(Instant before) throws IOException {
    database.work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement("DELETE FROM destination_hour WHERE hour < ?")) {
            s.setLong(1, hour(before));
            s.executeUpdate();
          }
          try (PreparedStatement s =
              connection.prepareStatement("DELETE FROM destination_refused WHERE at < ?")) {
            s.setLong(1, before.toEpochMilli());
            return s.executeUpdate();
          }
        });
  }

  static long hour(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), 3_600L);
  }

  /// The numbers of each provider from the hour of `since` on.
  public Map<String, Numbers> since(Instant since) throws IOException {
    return database.work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT provider, numbers FROM destination_hour WHERE hour >= ?")) {
            s.setLong(1, hour(since));
            var sums = new TreeMap<String, Numbers>();
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                sums.merge(row.getString(1), Numbers.parse(row.getString(2)), Numbers::plus);
              }
            }
            return sums;
          }
        });
  }

  /// The numbers of one provider by hour, the earliest first; keys are hours since 1970.
  public SortedMap<Long, Numbers> hours(String provider, Instant since) throws IOException {
    return database.<SortedMap<Long, Numbers>>work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT hour, numbers FROM destination_hour"
                      + " WHERE provider = ? AND hour >= ?")) {
            s.setString(1, provider);
            s.setLong(2, hour(since));
            var sums = new TreeMap<Long, Numbers>();
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                sums.merge(row.getLong(1), Numbers.parse(row.getString(2)), Numbers::plus);
              }
            }
            return sums;
          }
        });
  }

  /// What a provider said last, the latest first.
  public List<Refused> refused(String provider, Instant since) throws IOException {
    return database.work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT lasting, at, times, message, host, status, reply"
                      + " FROM destination_refused WHERE provider = ? AND at >= ?"
                      + " ORDER BY at DESC, reason")) {
            s.setString(1, provider);
            s.setLong(2, since.toEpochMilli());
            var found = new ArrayList<Refused>();
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                found.add(
                    new Refused(
                        row.getLong(1) != 0,
                        Instant.ofEpochMilli(row.getLong(2)),
                        row.getLong(3),
                        row.getString(4),
                        row.getString(5),
                        status(row.getString(6)),
                        row.getString(7)));
              }
            }
            return found;
          }
        });
  }

  private static EnhancedStatusCode status(String text) {
    Matcher parts = STATUS.matcher(text);
    return parts.matches()
        ? EnhancedStatusCode.of(
            Integer.parseInt(parts.group(1)),
            Integer.parseInt(parts.group(2)),
            Integer.parseInt(parts.group(3)))
        : EnhancedStatusCode.of(5, 0, 0);
  }

  @Override
  public void close() {
    database.close();
  }
}
