package net.facteur.queue.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/// How connections to the database are opened.
final class Database {
  /// Pages of 4 KiB in the WAL before a commit also copies them into the database.
  private static final int CHECKPOINT_PAGES = 8192;

  private static final int BUSY_MILLIS = 10_000;

  private final Path file;
  private final Supplier<List<String>> pragmas;

  Database(Path file) {
    this(file, List::of);
  }

  /// @param pragmas further ones for each connection that writes
  Database(Path file, Supplier<List<String>> pragmas) {
    this.file = file;
    this.pragmas = pragmas;
  }

  Path file() {
    return file;
  }

  /// The one connection that writes, each commit of which is on disk when it returns.
  Connection openWriter() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, new Properties());
    try {
      run(connection, "PRAGMA busy_timeout = " + BUSY_MILLIS);
      expect(connection, "PRAGMA journal_mode = WAL", "wal");
      run(connection, "PRAGMA synchronous = FULL");
      expect(connection, "PRAGMA synchronous", "2");
      run(connection, "PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
      run(connection, "PRAGMA journal_size_limit = " + (64 << 20));
      run(connection, "PRAGMA cache_size = -32768");
      run(connection, "PRAGMA temp_store = MEMORY");
      run(connection, "PRAGMA foreign_keys = OFF");
      for (String pragma : pragmas.get()) {
        run(connection, pragma);
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /// A connection that sees what is committed and can change nothing.
  Connection openReader() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, new Properties());
    try {
      run(connection, "PRAGMA busy_timeout = " + BUSY_MILLIS);
      run(connection, "PRAGMA query_only = ON");
      run(connection, "PRAGMA cache_size = -8192");
      run(connection, "PRAGMA temp_store = MEMORY");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /// A connection for another process than the server's, which may or may not be running.
  Connection openReadOnly() throws SQLException {
    var config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(BUSY_MILLIS);
    return config.createConnection("jdbc:sqlite:" + file);
  }

  /// True where space is what `failure` complains about.
  static boolean isFull(SQLException failure) {
    return (failure.getErrorCode() & 0xff) == SQLiteErrorCode.SQLITE_FULL.code;
  }

  private static void run(Connection connection, String pragma) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(pragma);
    }
  }

  private static void expect(Connection connection, String pragma, String wanted)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(pragma)) {
      String got = rows.next() ? rows.getString(1) : "nothing";
      if (!wanted.equals(got)) {
        throw new SQLException(pragma + " is " + got + ", not " + wanted + ", on this file system");
      }
    }
  }
}
