package net.facteur.server.counts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import net.facteur.queue.PostgresSettings;
import net.facteur.server.files.DurableFile;
import net.facteur.server.queue.StoreSettings;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The database of what is counted: the file `counts.db` beside the queue, or the PostgreSQL
/// database that several servers share. Whoever keeps tables there has a connection of his own,
/// which is opened when it is needed first, and anew after trouble. Safe for use by many threads,
/// one at a time.
public final class CountsDatabase implements AutoCloseable {
  /// The name of the file beside the queue.
  public static final String FILE_NAME = "counts.db";

  private static final Logger LOG = LogManager.getLogger(CountsDatabase.class);
  private static final int BUSY_MILLIS = 10_000;

  /// For the making of tables, by one at a time.
  private static final long LOCK = 0x66616374_636f756eL;

  private final Opening opening;
  private final boolean shared;
  private Optional<Connection> open = Optional.empty();
  private boolean closed;

  private interface Opening {
    Connection open() throws SQLException, IOException;
  }

  /// What is done in one transaction.
  ///
  /// Where it reads and then writes, it writes something first: SQLite refuses to let a reader
  /// write who has not seen what others wrote meanwhile.
  @FunctionalInterface
  public interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private CountsDatabase(Opening opening, boolean shared) {
    this.opening = opening;
    this.shared = shared;
  }

  /// The one beside a queue: shared if that is, or else for this machine. Nothing is opened yet.
  ///
  /// @param tables as of [#in]
  /// @throws IOException where the password of the database cannot be read
  public static CountsDatabase at(StoreSettings.Place queue, List<String> tables)
      throws IOException {
    return queue.shared().isPresent()
        ? shared(queue.shared().get().postgres(), tables)
        : in(queue.directory(), tables);
  }

  /// True where something may have been counted: whoever only looks makes no file.
  public static boolean isAt(StoreSettings.Place queue) {
    return queue.shared().isPresent() || Files.exists(queue.directory().resolve(FILE_NAME));
  }

  /// One for this machine, in a directory that exists.
  ///
  /// @param tables statements that make what is missing. `{id}` is a number that the database
  ///   gives, as the key; `{octets}` is the type of octets; `{clustered}` keeps rows in the order
  ///   of their key, without an index beside them, if the database can
  public static CountsDatabase in(Path directory, List<String> tables) {
    List<String> made =
        tables.stream()
            .map(sql -> typed(sql, "INTEGER PRIMARY KEY", "BLOB", "WITHOUT ROWID"))
            .toList();
    return new CountsDatabase(() -> sqlite(directory.resolve(FILE_NAME), made), false);
  }

  /// One that several processes share.
  ///
  /// @param tables as of [#in]
  public static CountsDatabase shared(PostgresSettings settings, List<String> tables) {
    List<String> made =
        tables.stream().map(sql -> typed(sql, "BIGSERIAL PRIMARY KEY", "BYTEA", "")).toList();
    return new CountsDatabase(() -> postgres(settings, made), true);
  }

  private static String typed(String sql, String id, String octets, String clustered) {
    return sql.replace("{id}", id).replace("{octets}", octets).replace("{clustered}", clustered);
  }

  private static Connection sqlite(Path file, List<String> tables)
      throws SQLException, IOException {
    try {
      return openSqlite(file, tables);
    } catch (SQLiteException e) {
      if (e.getResultCode() != SQLiteErrorCode.SQLITE_NOTADB
          && e.getResultCode() != SQLiteErrorCode.SQLITE_CORRUPT) {
        throw e;
      }
      LOG.error("{} is damaged ({}); counting begins anew", file, e.getMessage());
      DurableFile.secret(file).rename(file.resolveSibling(FILE_NAME + ".damaged"));
      Files.deleteIfExists(file.resolveSibling(FILE_NAME + "-wal"));
      Files.deleteIfExists(file.resolveSibling(FILE_NAME + "-shm"));
      return openSqlite(file, tables);
    }
  }

  private static Connection openSqlite(Path file, List<String> tables)
      throws SQLException, IOException {
    // The names that SQLite makes beside it get the same mode.
    boolean _ = DurableFile.secret(file).claim();
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try {
      run(connection, "PRAGMA busy_timeout = " + BUSY_MILLIS);
      run(connection, "PRAGMA journal_mode = WAL");
      run(connection, "PRAGMA synchronous = FULL");
      for (String table : tables) {
        run(connection, table);
      }
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static Connection postgres(PostgresSettings settings, List<String> tables)
      throws SQLException {
    var properties = new Properties();
    settings.user().ifPresent(user -> properties.setProperty("user", user));
    settings.password().ifPresent(password -> properties.setProperty("password", password));
    properties.setProperty("ApplicationName", "facteur");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("reWriteBatchedInserts", "true");
    Connection connection = DriverManager.getConnection(settings.url(), properties);
    try {
      connection.setAutoCommit(false);
      run(connection, "SELECT pg_advisory_xact_lock(" + LOCK + ")");
      for (String table : tables) {
        run(connection, table);
      }
      connection.commit();
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Does `work` and commits it.
  ///
  /// @throws IOException where the database cannot; nothing of the work is done then
  public synchronized <T> T work(Work<T> work) throws IOException {
    if (closed) {
      throw new IOException("counting has stopped");
    }
    boolean done = false;
    try {
      Connection connection = open.isPresent() ? open.get() : opening.open();
      open = Optional.of(connection);
      T made = work.on(connection);
      connection.commit();
      done = true;
      return made;
    } catch (SQLException e) {
      throw new IOException("counts cannot be kept: " + e.getMessage(), e);
    } finally {
      if (!done) {
        leave();
      }
    }
  }

  private void leave() {
    try {
      if (open.isPresent()) {
        open.get().close();
      }
    } catch (SQLException e) {
      LOG.debug("closing the counts: {}", e.toString());
    }
    open = Optional.empty();
  }

  /// True where other processes write, too.
  public boolean shared() {
    return shared;
  }

  @Override
  public synchronized void close() {
    closed = true;
    leave();
  }
}
