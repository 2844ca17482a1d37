package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/// Transactions of SQLite by statements that are prepared once. The driver's own way has two
/// statements parsed at each commit, while somebody waits for it.
final class SqliteTransactions implements Engine.Transactions {
  private final PreparedStatement begin;
  private final PreparedStatement commit;
  private final PreparedStatement rollBack;
  private boolean open;

  SqliteTransactions(Connection writer) throws SQLException {
    // Else the driver tries to end a transaction after each statement.
    writer.setAutoCommit(false);
    begin = writer.prepareStatement("BEGIN IMMEDIATE");
    commit = writer.prepareStatement("COMMIT");
    rollBack = writer.prepareStatement("ROLLBACK");
    // That of the driver.
    commit.execute();
  }

  @Override
  public void begin() throws SQLException {
    if (!open) {
      begin.execute();
      open = true;
    }
  }

  @Override
  public void commit() throws SQLException {
    commit.execute();
    open = false;
  }

  @Override
  public void rollBack() throws SQLException {
    if (open) {
      open = false;
      rollBack.execute();
    }
  }
}
