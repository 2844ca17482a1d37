package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The tables of [Schema] in PostgreSQL's words, and what several nodes need besides.
///
/// | table | one row for |
/// |---|---|
/// | `chunk` | 256 KiB of a large body, by the queue id of its message |
/// | `node` | each process that works on the queue |
/// | `schema_version` | how many migrations of a part this database has seen |
final class PostgresSchema {
  /// For all who migrate at once.
  private static final long LOCK = 0x66616374657572L;

  private static final List<List<String>> SHARED =
      List.of(
          List.of(
              """
              CREATE TABLE node (
                name TEXT PRIMARY KEY,
                until BIGINT NOT NULL         -- its leases hold until then
              )\
              """,
              // Rows that a node inserts are its own at once.
              "ALTER TABLE recipient ADD COLUMN lease_node TEXT"
                  + " DEFAULT nullif(current_setting('facteur.node', true), '')",
              "CREATE SEQUENCE message_block",
              """
              CREATE TABLE chunk (
                id TEXT NOT NULL,             -- message.id
                k BIGINT NOT NULL,            -- from 0
                at BIGINT NOT NULL,
                octets BYTEA NOT NULL,
                PRIMARY KEY (id, k)
              )\
              """));

  private PostgresSchema() {}

  static void migrate(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS schema_version"
              + " (part TEXT PRIMARY KEY, version BIGINT NOT NULL)");
      migrate(connection, "queue", Schema.MIGRATIONS.stream().map(PostgresSchema::own).toList());
      migrate(connection, "shared", SHARED);
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static List<String> own(List<String> sqlite) {
    return sqlite.stream()
        .map(
            sql ->
                sql.replace("INTEGER", "BIGINT")
                    .replace("BLOB", "BYTEA")
                    .replace(" TEXT", " TEXT COLLATE \"C\"")
                    .replace(" WITHOUT ROWID", ""))
        .toList();
  }

  private static void migrate(Connection connection, String part, List<List<String>> migrations)
      throws SQLException {
    int version = version(connection, part);
    if (version > migrations.size()) {
      throw new SQLException(
          "the queue was written by a newer version (schema "
              + version
              + ", known are "
              + migrations.size()
              + ")");
    }
    try (Statement statement = connection.createStatement()) {
      for (int step = version; step < migrations.size(); step++) {
        for (String sql : migrations.get(step)) {
          statement.execute(sql);
        }
      }
    }
    try (PreparedStatement s =
        connection.prepareStatement(
            "INSERT INTO schema_version (part, version) VALUES (?, ?)"
                + " ON CONFLICT (part) DO UPDATE SET version = excluded.version")) {
      s.setString(1, part);
      s.setInt(2, migrations.size());
      s.executeUpdate();
    }
  }

  private static int version(Connection connection, String part) throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement("SELECT version FROM schema_version WHERE part = ?")) {
      s.setString(1, part);
      try (ResultSet row = s.executeQuery()) {
        return row.next() ? row.getInt(1) : 0;
      }
    }
  }
}
