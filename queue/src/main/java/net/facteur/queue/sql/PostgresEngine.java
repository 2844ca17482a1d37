package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.QueuedRecipient;

/// The shared engine: PostgreSQL, or what speaks its protocol, for several nodes.
///
/// A recipient is leased to a node by the node's name in `lease_node`. The name holds as long as
/// its row in `node` is fresh, so one small update renews all leases of a node, and the leases of a
/// dead one end when its row is not renewed. All by the database's clock.
final class PostgresEngine implements Engine {
  /// Numbers that a node takes at a time.
  private static final int BLOCK = 1000;

  private static final int PULSE_SECONDS = 5;

  private static final String NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint";
  private static final String LOCKING = " FOR UPDATE OF r SKIP LOCKED";

  /// Of connection failures, disk full: class 53, insufficient resources.
  private static final String NO_RESOURCES = "53";

  /// Constraints, deadlocks and the like: the transaction is gone, the connection is not.
  private static final List<String> ROW_REFUSED = List.of("22", "23", "40");

  private final PostgresSettings settings;
  private final String node;
  private Optional<Connection> pulse = Optional.empty();
  private volatile long lastBeat;
  private volatile boolean beaten;
  private volatile int nodes = 1;

  /// @param node this process, once
  PostgresEngine(PostgresSettings settings, String node) {
    this.settings = settings;
    this.node = node;
  }

  private Connection open(boolean readOnly) throws SQLException {
    var properties = new Properties();
    settings.user().ifPresent(user -> properties.setProperty("user", user));
    settings.password().ifPresent(password -> properties.setProperty("password", password));
    properties.setProperty("ApplicationName", "facteur");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("reWriteBatchedInserts", "true");
    Connection connection = DriverManager.getConnection(settings.url(), properties);
    try (Statement statement = connection.createStatement()) {
      if (readOnly) {
        statement.execute("SET default_transaction_read_only = on");
      } else {
        // What a 250 promises: the commit returns after the log is on disk.
        statement.execute("SET synchronous_commit = on");
        // New rows are leased to us by a default of their column.
        statement.execute("SET facteur.node = '" + node + "'");
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public Connection openWriter() throws SQLException {
    return open(false);
  }

  @Override
  public Connection openReader() throws SQLException {
    return open(true);
  }

  @Override
  public Connection openLeaser() throws SQLException {
    Connection connection = open(false);
    connection.setAutoCommit(false);
    return connection;
  }

  /// The driver begins a transaction with its first statement.
  @Override
  public Transactions transactions(Connection writer) throws SQLException {
    writer.setAutoCommit(false);
    return new Transactions() {
      @Override
      public void begin() {}

      @Override
      public void commit() throws SQLException {
        writer.commit();
      }

      @Override
      public void rollBack() throws SQLException {
        writer.rollback();
      }
    };
  }

  @Override
  public void migrate(Connection writer) throws SQLException {
    PostgresSchema.migrate(writer);
  }

  @Override
  public boolean isFull(SQLException failure) {
    return state(failure).startsWith(NO_RESOURCES);
  }

  /// The database lies elsewhere.
  @Override
  public long spare(Connection reader) {
    return 0;
  }

  @Override
  public boolean isRefusedRow(Exception failure) {
    return failure instanceof SQLException e && ROW_REFUSED.stream().anyMatch(state(e)::startsWith);
  }

  private static String state(SQLException failure) {
    return Optional.ofNullable(failure.getSQLState()).orElse("");
  }

  @Override
  public Numbers numbers(Connection writer) {
    return new Blocks(writer);
  }

  private static final class Blocks implements Numbers {
    private final Connection writer;
    private long next;
    private long end;

    Blocks(Connection writer) {
      this.writer = writer;
    }

    @Override
    public long next() throws SQLException {
      if (next == end) {
        try (Statement statement = writer.createStatement();
            ResultSet row = statement.executeQuery("SELECT nextval('message_block')")) {
          row.next();
          next = row.getLong(1) * BLOCK;
          end = next + BLOCK;
        }
      }
      return next++;
    }
  }

  @Override
  public String endLease() {
    return ", lease_node = NULL";
  }

  /// Nobody's, ours, or a dead node's.
  private String ours() {
    return " AND (r.lease_node IS NULL OR r.lease_node = '"
        + node
        + "' OR NOT EXISTS (SELECT 1 FROM node d WHERE d.name = r.lease_node AND d.until > "
        + NOW
        + "))";
  }

  @Override
  public DueRows.Page page(
      Connection leaser, PageQuery query, int recipientsTogether, Leases.Watch watch)
      throws SQLException {
    try {
      DueRows.Page page =
          DueRows.page(
              leaser,
              DueRows.page(query.condition() + ours(), LOCKING),
              query,
              recipientsTogether,
              watch);
      own(leaser, page.consignments());
      leaser.commit();
      return page;
    } catch (SQLException | RuntimeException e) {
      leaser.rollback();
      throw e;
    }
  }

  @Override
  public List<Consignment> message(Connection writer, long message, int recipientsTogether)
      throws SQLException {
    List<Consignment> found =
        DueRows.message(writer, DueRows.message(ours(), LOCKING), message, recipientsTogether);
    own(writer, found);
    return found;
  }

  private void own(Connection connection, List<Consignment> consignments) throws SQLException {
    if (consignments.isEmpty()) {
      return;
    }
    try (PreparedStatement s =
        connection.prepareStatement(
            "UPDATE recipient SET lease_node = ? WHERE seq = ? AND n = ?")) {
      for (Consignment consignment : consignments) {
        for (QueuedRecipient recipient : consignment.recipients()) {
          s.setString(1, node);
          s.setLong(2, consignment.message());
          s.setInt(3, recipient.number());
          s.addBatch();
        }
      }
      s.executeBatch();
    }
  }

  @Override
  public Optional<Duration> lookAgain() {
    return Optional.of(settings.lease().dividedBy(4));
  }

  @Override
  public synchronized void beat() throws SQLException {
    long began = System.nanoTime();
    Connection connection = pulse();
    try (PreparedStatement s =
        connection.prepareStatement(
            "INSERT INTO node (name, until) VALUES (?, "
                + NOW
                + " + ?) ON CONFLICT (name) DO UPDATE SET until = excluded.until")) {
      s.setString(1, node);
      s.setLong(2, settings.lease().toMillis());
      s.executeUpdate();
    }
    lastBeat = began;
    beaten = true;
    try (Statement s = connection.createStatement()) {
      s.executeUpdate("DELETE FROM node WHERE until < " + NOW + " - 86400000");
      try (ResultSet row = s.executeQuery("SELECT count(*) FROM node WHERE until > " + NOW)) {
        nodes = row.next() ? Math.max(1, row.getInt(1)) : 1;
      }
    }
  }

  @Override
  public int nodes() {
    return nodes;
  }

  @Override
  public boolean sendsTogether() {
    return true;
  }

  private Connection pulse() throws SQLException {
    if (pulse.isPresent() && pulse.get().isValid(PULSE_SECONDS)) {
      return pulse.get();
    }
    pulse = Optional.of(openWriter());
    return pulse.get();
  }

  @Override
  public synchronized void leave() throws SQLException {
    try (Connection connection = pulse();
        PreparedStatement s = connection.prepareStatement("DELETE FROM node WHERE name = ?")) {
      s.setString(1, node);
      s.executeUpdate();
    }
    pulse = Optional.empty();
  }

  @Override
  public boolean alive() {
    return beaten && System.nanoTime() - lastBeat < settings.lease().toNanos();
  }
}
