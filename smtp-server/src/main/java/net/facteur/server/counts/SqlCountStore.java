package net.facteur.server.counts;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.queue.PostgresSettings;
import net.facteur.server.queue.StoreSettings;

/// The store in a database: of SQLite, or of PostgreSQL.
public final class SqlCountStore implements CountStore {
  /// What was committed a moment ago may bear an earlier time, in milliseconds.
  private static final long OVERLAP = 60_000;

  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS count_tally (
            part TEXT NOT NULL,
            name TEXT NOT NULL,
            step BIGINT NOT NULL,
            node TEXT NOT NULL,
            value BIGINT NOT NULL,
            changed BIGINT NOT NULL,
            PRIMARY KEY (part, name, step, node)
          )\
          """,
          "CREATE INDEX IF NOT EXISTS count_tally_step ON count_tally (part, step)",
          """
          CREATE TABLE IF NOT EXISTS count_sight (
            part TEXT NOT NULL,
            name TEXT NOT NULL,
            hash BIGINT NOT NULL,
            day BIGINT NOT NULL,
            changed BIGINT NOT NULL,
            PRIMARY KEY (part, name, hash)
          )\
          """,
          "CREATE INDEX IF NOT EXISTS count_tally_changed ON count_tally (part, changed)",
          "CREATE INDEX IF NOT EXISTS count_sight_changed ON count_sight (part, changed)",
          """
          CREATE TABLE IF NOT EXISTS count_text (
            part TEXT NOT NULL,
            name TEXT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (part, name)
          )\
          """);

  /// All processes write the same rows in the same order, so that none waits for another in a ring.
  private static final Comparator<Sight> ROWS =
      Comparator.comparing(Sight::part).thenComparing(Sight::key).thenComparingLong(Sight::hash);

  private final CountsDatabase database;
  private final InstantSource clock;

  private SqlCountStore(CountsDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /// The one beside a queue. It is opened when it is needed first.
  ///
  /// @throws IOException where the password of the database cannot be read
  public static SqlCountStore at(StoreSettings.Place queue, InstantSource clock)
      throws IOException {
    return new SqlCountStore(CountsDatabase.at(queue, TABLES), clock);
  }

  /// One for this process, in a directory that exists. It is opened when it is needed first.
  public static SqlCountStore in(Path directory, InstantSource clock) {
    return new SqlCountStore(CountsDatabase.in(directory, TABLES), clock);
  }

  /// One that several processes share.
  public static SqlCountStore shared(PostgresSettings settings, InstantSource clock) {
    return new SqlCountStore(CountsDatabase.shared(settings, TABLES), clock);
  }

  private <T> T work(CountsDatabase.Work<T> work) throws IOException {
    return database.work(work);
  }

  @Override
  public boolean shared() {
    return database.shared();
  }

  /// The clock of the database where several share it.
  private long now(Connection connection) throws SQLException {
    if (!database.shared()) {
      return clock.millis();
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT (extract(epoch from clock_timestamp()) * 1000)::bigint")) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  @Override
  public void write(Collection<Tally> tallies, Collection<Sight> sights) throws IOException {
    if (tallies.isEmpty() && sights.isEmpty()) {
      return;
    }
    work(
        connection -> {
          long now = now(connection);
          try (PreparedStatement s =
              connection.prepareStatement(
                  "INSERT INTO count_tally (part, name, step, node, value, changed)"
                      + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (part, name, step, node)"
                      + " DO UPDATE SET value = excluded.value, changed = excluded.changed")) {
            for (Tally tally : tallies) {
              s.setString(1, tally.part());
              s.setString(2, tally.key());
              s.setLong(3, tally.step());
              s.setString(4, tally.node());
              s.setLong(5, tally.value());
              s.setLong(6, now);
              s.addBatch();
            }
            s.executeBatch();
          }
          try (PreparedStatement s =
              connection.prepareStatement(
                  "INSERT INTO count_sight (part, name, hash, day, changed)"
                      + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (part, name, hash)"
                      + " DO UPDATE SET day = CASE WHEN excluded.day > count_sight.day"
                      + " THEN excluded.day ELSE count_sight.day END,"
                      + " changed = excluded.changed")) {
            for (Sight sight : sights.stream().sorted(ROWS).toList()) {
              s.setString(1, sight.part());
              s.setString(2, sight.key());
              s.setLong(3, sight.hash());
              s.setLong(4, sight.day());
              s.setLong(5, now);
              s.addBatch();
            }
            s.executeBatch();
          }
          return true;
        });
  }

  @Override
  public List<Tally> tallies(String part, String node, long from, long changedSince)
      throws IOException {
    return work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT name, step, node, value FROM count_tally"
                      + " WHERE part = ? AND step >= ? AND node <> ? AND changed >= ?")) {
            s.setString(1, part);
            s.setLong(2, from);
            s.setString(3, node);
            s.setLong(4, changedSince - OVERLAP);
            var found = new ArrayList<Tally>();
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                found.add(
                    new Tally(
                        part, row.getString(1), row.getLong(2), row.getString(3), row.getLong(4)));
              }
            }
            return found;
          }
        });
  }

  @Override
  public List<Sight> sights(String part, long from, long changedSince) throws IOException {
    return work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT name, hash, day FROM count_sight"
                      + " WHERE part = ? AND day >= ? AND changed >= ?")) {
            s.setString(1, part);
            s.setLong(2, from);
            s.setLong(3, changedSince - OVERLAP);
            var found = new ArrayList<Sight>();
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                found.add(new Sight(part, row.getString(1), row.getLong(2), row.getLong(3)));
              }
            }
            return found;
          }
        });
  }

  @Override
  public long mark() throws IOException {
    return work(this::now);
  }

  @Override
  public void forgetTallies(String part, long from) throws IOException {
    forget("DELETE FROM count_tally WHERE part = ? AND step < ?", part, from);
  }

  @Override
  public void forgetSights(String part, long from) throws IOException {
    forget("DELETE FROM count_sight WHERE part = ? AND day < ?", part, from);
  }

  private void forget(String sql, String part, long from) throws IOException {
    work(
        connection -> {
          try (PreparedStatement s = connection.prepareStatement(sql)) {
            s.setString(1, part);
            s.setLong(2, from);
            return s.executeUpdate();
          }
        });
  }

  @Override
  public boolean putIfAbsent(String part, String key, String text) throws IOException {
    return text(" ON CONFLICT (part, name) DO NOTHING", part, key, text) > 0;
  }

  @Override
  public void put(String part, String key, String text) throws IOException {
    text(" ON CONFLICT (part, name) DO UPDATE SET text = excluded.text", part, key, text);
  }

  private int text(String conflict, String part, String key, String text) throws IOException {
    return work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "INSERT INTO count_text (part, name, text) VALUES (?, ?, ?)" + conflict)) {
            s.setString(1, part);
            s.setString(2, key);
            s.setString(3, text);
            return s.executeUpdate();
          }
        });
  }

  @Override
  public void putAll(String part, Map<String, String> texts) throws IOException {
    if (texts.isEmpty()) {
      return;
    }
    work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "INSERT INTO count_text (part, name, text) VALUES (?, ?, ?)"
                      + " ON CONFLICT (part, name) DO UPDATE SET text = excluded.text")) {
            // In one order, so that no process waits for another in a ring.
            for (Map.Entry<String, String> text : new TreeMap<>(texts).entrySet()) {
              s.setString(1, part);
              s.setString(2, text.getKey());
              s.setString(3, text.getValue());
              s.addBatch();
            }
            s.executeBatch();
          }
          return true;
        });
  }

  @Override
  public Optional<String> text(String part, String key) throws IOException {
    return work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT text FROM count_text WHERE part = ? AND name = ?")) {
            s.setString(1, part);
            s.setString(2, key);
            try (ResultSet row = s.executeQuery()) {
              return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
          }
        });
  }

  @Override
  public void remove(String part, String key) throws IOException {
    work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement("DELETE FROM count_text WHERE part = ? AND name = ?")) {
            s.setString(1, part);
            s.setString(2, key);
            return s.executeUpdate();
          }
        });
  }

  @Override
  public Map<String, String> texts(String part) throws IOException {
    return work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement("SELECT name, text FROM count_text WHERE part = ?")) {
            s.setString(1, part);
            Map<String, String> texts = new HashMap<>();
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                texts.put(row.getString(1), row.getString(2));
              }
            }
            return texts;
          }
        });
  }

  @Override
  public void close() {
    database.close();
  }
}
