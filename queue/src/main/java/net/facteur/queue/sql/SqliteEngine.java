package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import net.facteur.queue.store.Consignment;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.Pragma;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The embedded engine: a database file for one process.
final class SqliteEngine implements Engine {
  /// Pages of 4 KiB in the WAL before a commit also copies them into the database.
  private static final int CHECKPOINT_PAGES = 8192;

  private static final int BUSY_MILLIS = 10_000;

  private static final Logger LOG = LogManager.getLogger(SqliteEngine.class);

  private final Path file;
  private final Supplier<List<String>> pragmas;
  private final KeptSchema kept;

  SqliteEngine(Path file) {
    this(file, List::of);
  }

  /// @param pragmas further ones for each connection that writes
  SqliteEngine(Path file, Supplier<List<String>> pragmas) {
    this.file = file;
    this.pragmas = pragmas;
    this.kept = new KeptSchema(file);
  }

  Path file() {
    return file;
  }

  @Override
  public Connection openWriter() throws SQLException {
    Connection connection = open();
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

  @Override
  public Connection openReader() throws SQLException {
    Connection connection = open();
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

  private Connection open() throws SQLException {
    var properties = new Properties();
    // Else each INSERT brings another statement along, parsed anew each time.
    properties.setProperty(Pragma.JDBC_GET_GENERATED_KEYS.pragmaName, "false");
    return DriverManager.getConnection("jdbc:sqlite:" + file, properties);
  }

  /// A connection for another process than the server's, which may or may not be running.
  Connection openReadOnly() throws SQLException {
    var config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(BUSY_MILLIS);
    return config.createConnection("jdbc:sqlite:" + file);
  }

  /// A connection to a copy that no server has open, written without files beside it.
  static Connection forHolding(Path copy) throws SQLException {
    var config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.DELETE);
    config.setBusyTimeout(BUSY_MILLIS);
    return config.createConnection("jdbc:sqlite:" + copy);
  }

  @Override
  public Connection openLeaser() throws SQLException {
    return openReader();
  }

  @Override
  public Transactions transactions(Connection writer) throws SQLException {
    return new SqliteTransactions(writer);
  }

  @Override
  public void migrate(Connection writer) throws SQLException {
    kept.keep(writer, Schema.MIGRATIONS.size());
    Schema.migrate(writer);
    try {
      Salvage.remember(directory(), writer);
    } catch (IOException e) {
      LOG.warn("where the queue's trees begin is not written down: {}", e.toString());
    }
  }

  @Override
  public void failed(SQLException failure) {
    Salvage.note(directory(), failure);
  }

  @Override
  public void look(Connection reader) throws SQLException {
    try (Statement statement = reader.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
      if (row.next() && !"ok".equals(row.getString(1))) {
        Salvage.note(directory(), row.getString(1));
      }
    }
  }

  private Path directory() {
    return file.toAbsolutePath().resolveSibling("");
  }

  @Override
  public void stopped() {
    kept.forget();
  }

  @Override
  public boolean isFull(SQLException failure) {
    return failure instanceof SQLiteException e
        && ((e.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_FULL.code
            || e.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE);
  }

  @Override
  public void shrink(Connection writer) {
    try {
      run(writer, "PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (SQLException e) {
      LOG.warn("the log of the queue keeps its space for now: {}", e.toString());
    }
  }

  @Override
  public long spare(Connection reader) throws SQLException {
    return number(reader, "PRAGMA freelist_count") * number(reader, "PRAGMA page_size");
  }

  private static long number(Connection connection, String pragma) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(pragma)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  @Override
  public boolean isRefusedRow(Exception failure) {
    return failure instanceof SQLiteException e
        && (e.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
  }

  /// One process, one thread: the next number is one more.
  @Override
  public Numbers numbers(Connection writer) throws SQLException {
    try (Statement statement = writer.createStatement();
        ResultSet rows = statement.executeQuery("SELECT coalesce(max(seq), 0) FROM message")) {
      rows.next();
      var last = new AtomicLong(rows.getLong(1));
      return last::incrementAndGet;
    }
  }

  @Override
  public String endLease() {
    return "";
  }

  @Override
  public DueRows.Page page(
      Connection leaser, PageQuery query, int recipientsTogether, Leases.Watch watch)
      throws SQLException {
    return DueRows.page(
        leaser, DueRows.page(query.condition(), ""), query, recipientsTogether, watch);
  }

  @Override
  public List<Consignment> message(Connection writer, long message, int recipientsTogether)
      throws SQLException {
    return DueRows.message(writer, DueRows.message("", ""), message, recipientsTogether);
  }

  @Override
  public Optional<Duration> lookAgain() {
    return Optional.empty();
  }

  @Override
  public void beat() {}

  @Override
  public int nodes() {
    return 1;
  }

  @Override
  public boolean sendsTogether() {
    return false;
  }

  @Override
  public void leave() {}

  @Override
  public boolean alive() {
    return true;
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
