package net.facteur.queue.sql;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.facteur.queue.PostgresSettings;
import org.jspecify.annotations.Nullable;

/// The tables of a shared queue, and of whatever else the server keeps in that database, in one
/// file: as one transaction sees them (REPEATABLE READ), so that each message is in it whole.
///
/// The file has, for each table, the statement that makes it, its rows, and the statements that
/// make its keys and indexes. Sequences go on where they were. It is read by the same program in
/// any later version, and by any version of PostgreSQL.
public final class PostgresDump {
  private static final int MAGIC = 0x46505144; // FPQD
  private static final int VERSION = 1;

  /// Rows that are in memory at a time.
  private static final int ROWS = 200;

  /// One statement, name or count of a file that nobody has spoiled.
  private static final int MOST_TEXT = 64 << 10;

  private static final int MOST_VALUE = 64 << 20;
  private static final int MOST_TABLES = 1000;
  private static final Pattern TYPE = Pattern.compile("[a-z][a-z ]{0,40}");
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  private PostgresDump() {}

  /// What a dump holds.
  ///
  /// @param schema the version of the queue's tables
  /// @param messages those that wait
  /// @param ids all messages that it knows, whatever became of them
  /// @param open the recipients that wait
  public record Taken(int schema, long messages, Set<String> ids, List<SqliteCopy.Open> open) {
    public Taken {
      ids = Set.copyOf(ids);
      open = List.copyOf(open);
    }
  }

  /// Writes a dump.
  ///
  /// @param file where nothing is yet
  public static Taken take(PostgresSettings database, Path file) throws IOException {
    Files.deleteIfExists(file);
    PrivateFiles.file(file);
    try (Connection connection = new PostgresEngine(database, "").openReader()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      Taken taken =
          new Taken(
              (int)
                  number(
                      connection,
                      "SELECT coalesce(max(version), 0) FROM schema_version WHERE part = 'queue'"),
              number(connection, "SELECT count(*) FROM message WHERE finished IS NULL"),
              Set.copyOf(texts(connection, "SELECT id FROM message")),
              open(connection));
      try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        sequences(connection, out);
        List<String> tables = tables(connection);
        out.writeInt(tables.size());
        for (String table : tables) {
          text(out, table);
          text(out, making(connection, table));
          rowsOut(connection, table, out);
          List<String> keys = keys(connection, table);
          out.writeInt(keys.size());
          for (String key : keys) {
            text(out, key);
          }
        }
        out.writeInt(MAGIC);
      }
      return taken;
    } catch (SQLException e) {
      throw new IOException("cannot copy the shared queue: " + e.getMessage(), e);
    }
  }

  private static List<SqliteCopy.Open> open(Connection connection) throws SQLException {
    var found = new ArrayList<SqliteCopy.Open>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SqliteCopy.OPEN)) {
      while (rows.next()) {
        found.add(SqliteCopy.open(rows));
      }
    }
    return found;
  }

  /// Puts a dump into a database, in one transaction: all of it, or nothing. Tables of the same
  /// names that are there go into the schema `aside`, with all that they hold. Nodes that no longer
  /// live hold nothing in it.
  ///
  /// @param aside a name that no schema has
  /// @param hold what waits is held, so that nothing leaves before somebody releases it
  /// @param why for the life of each message that is held
  public static void restore(
      PostgresSettings database, Path file, String aside, boolean hold, Instant now, String why)
      throws IOException {
    try (Connection connection = new PostgresEngine(database, "").openWriter()) {
      connection.setAutoCommit(false);
      try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        whole(in.readInt() == MAGIC && in.readInt() == VERSION);
        putAside(connection, name(aside));
        int sequences = count(in);
        for (int i = 0; i < sequences; i++) {
          String sequence = name(text(in));
          long value = in.readLong();
          execute(connection, "CREATE SEQUENCE " + sequence);
          execute(connection, "SELECT setval('" + sequence + "', " + Math.max(1, value) + ")");
        }
        int tables = count(in);
        for (int i = 0; i < tables; i++) {
          String table = name(text(in));
          String making = text(in);
          whole(making.startsWith("CREATE TABLE " + table + " ("));
          execute(connection, making);
          rowsIn(connection, table, in);
          int keys = count(in);
          for (int k = 0; k < keys; k++) {
            String key = text(in);
            whole(
                key.startsWith("ALTER TABLE " + table + " ADD ")
                    || key.startsWith("CREATE INDEX ")
                    || key.startsWith("CREATE UNIQUE INDEX "));
            execute(connection, key);
          }
        }
        whole(in.readInt() == MAGIC);
        execute(connection, "DELETE FROM node");
        execute(connection, "UPDATE recipient SET lease_node = NULL");
        if (hold) {
          hold(connection, now, why);
        }
        connection.commit();
      } catch (EOFException e) {
        connection.rollback();
        throw new IOException("the copy of the shared queue ends too early", e);
      } catch (IOException | SQLException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new IOException("cannot put the shared queue back: " + e.getMessage(), e);
    }
  }

  private static void hold(Connection connection, Instant now, String why) throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "INSERT INTO journal (seq, at, what, detail) SELECT DISTINCT seq, ?, 'hold', ?"
                + " FROM recipient WHERE state = 'queued'")) {
      s.setLong(1, now.toEpochMilli());
      s.setString(2, why);
      s.executeUpdate();
    }
    execute(connection, "UPDATE recipient SET ordered = NULL WHERE ordered IS NOT NULL");
    execute(connection, "UPDATE recipient SET state = 'held' WHERE state = 'queued'");
  }

  private static void putAside(Connection connection, String aside) throws SQLException {
    List<String> there = tables(connection);
    List<String> sequences =
        texts(
            connection,
            "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1");
    if (there.isEmpty() && sequences.isEmpty()) {
      return;
    }
    execute(connection, "CREATE SCHEMA " + aside);
    for (String table : there) {
      execute(connection, "ALTER TABLE " + quoted(table) + " SET SCHEMA " + aside);
    }
    for (String sequence : sequences) {
      execute(connection, "ALTER SEQUENCE " + quoted(sequence) + " SET SCHEMA " + aside);
    }
  }

  private static void sequences(Connection connection, DataOutputStream out)
      throws SQLException, IOException {
    List<String> names =
        texts(
            connection,
            "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1");
    out.writeInt(names.size());
    for (String name : names) {
      text(out, name);
      out.writeLong(number(connection, "SELECT last_value FROM " + quoted(name)));
    }
  }

  private static List<String> tables(Connection connection) throws SQLException {
    return texts(
        connection,
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1");
  }

  private static String making(Connection connection, String table) throws SQLException {
    List<String> columns =
        texts(
            connection,
            """
            SELECT quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
              || CASE WHEN a.attcollation <> t.typcollation
                 THEN ' COLLATE ' || quote_ident(c.collname) ELSE '' END
              || CASE WHEN d.adbin IS NULL THEN ''
                 ELSE ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END
              || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
            FROM pg_attribute a
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_collation c ON c.oid = a.attcollation
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = '%s'::regclass AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum\
            """
                .formatted(quoted(table)));
    return "CREATE TABLE " + table + " (" + String.join(", ", columns) + ")";
  }

  private static List<String> keys(Connection connection, String table) throws SQLException {
    var all =
        new ArrayList<String>(
            texts(
                connection,
                "SELECT 'ALTER TABLE %s ADD ' || pg_get_constraintdef(oid) FROM pg_constraint"
                        .formatted(table)
                    + " WHERE conrelid = '%s'::regclass AND contype IN ('p', 'u', 'c') ORDER BY oid"
                        .formatted(quoted(table))));
    // Without the schema: where it goes, it may have another.
    all.addAll(
        texts(
            connection,
            "SELECT replace(pg_get_indexdef(i.indexrelid), ' ON ' ||"
                + " quote_ident(current_schema()) || '.', ' ON ') FROM pg_index i"
                + " WHERE i.indrelid = '%s'::regclass AND NOT EXISTS".formatted(quoted(table))
                + " (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)"
                + " ORDER BY i.indexrelid"));
    return all;
  }

  /// A column.
  ///
  /// @param type as PostgreSQL writes it
  private record Column(String name, String type) {
    boolean octets() {
      return type.equals("bytea");
    }
  }

  private static List<Column> columns(Connection connection, String table) throws SQLException {
    var found = new ArrayList<Column>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
                    + " WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped"
                        .formatted(quoted(table))
                    + " ORDER BY attnum")) {
      while (rows.next()) {
        found.add(new Column(rows.getString(1), rows.getString(2)));
      }
    }
    return found;
  }

  private static void rowsOut(Connection connection, String table, DataOutputStream out)
      throws SQLException, IOException {
    List<Column> columns = columns(connection, table);
    out.writeInt(columns.size());
    for (Column column : columns) {
      text(out, column.name());
      text(out, column.type());
    }
    String names =
        columns.stream()
            .map(each -> quoted(each.name()) + (each.octets() ? "" : "::text"))
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(ROWS);
      try (ResultSet rows = statement.executeQuery("SELECT " + names + " FROM " + quoted(table))) {
        while (rows.next()) {
          out.writeBoolean(true);
          for (int i = 0; i < columns.size(); i++) {
            value(out, columns.get(i).octets() ? rows.getBytes(i + 1) : utf8(rows, i + 1));
          }
        }
      }
    }
    out.writeBoolean(false);
  }

  private static byte @Nullable [] utf8(ResultSet row, int column) throws SQLException {
    String text = row.getString(column);
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static void value(DataOutputStream out, byte @Nullable [] octets) throws IOException {
    out.writeInt(octets == null ? -1 : octets.length);
    if (octets != null) {
      out.write(octets);
    }
  }

  private static void rowsIn(Connection connection, String table, DataInputStream in)
      throws SQLException, IOException {
    var columns = new ArrayList<Column>();
    int count = count(in);
    for (int i = 0; i < count; i++) {
      String name = name(text(in));
      String type = text(in);
      whole(TYPE.matcher(type).matches());
      columns.add(new Column(name, type));
    }
    String names =
        columns.stream().map(each -> quoted(each.name())).collect(Collectors.joining(", "));
    String values =
        columns.stream()
            .map(each -> each.octets() ? "?" : "CAST(? AS " + each.type() + ")")
            .collect(Collectors.joining(", "));
    try (PreparedStatement s =
        connection.prepareStatement(
            "INSERT INTO " + table + " (" + names + ") VALUES (" + values + ")")) {
      int waiting = 0;
      while (in.readBoolean()) {
        for (int i = 0; i < columns.size(); i++) {
          byte @Nullable [] octets = value(in);
          if (columns.get(i).octets()) {
            s.setBytes(i + 1, octets);
          } else {
            s.setString(i + 1, octets == null ? null : new String(octets, StandardCharsets.UTF_8));
          }
        }
        s.addBatch();
        if (++waiting == ROWS) {
          s.executeBatch();
          waiting = 0;
        }
      }
      s.executeBatch();
    }
  }

  private static byte @Nullable [] value(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    whole(length <= MOST_VALUE);
    byte[] octets = in.readNBytes(length);
    if (octets.length < length) {
      throw new EOFException();
    }
    return octets;
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(octets.length);
    out.write(octets);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    whole(length >= 0 && length <= MOST_TEXT);
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    whole(count >= 0 && count <= MOST_TABLES);
    return count;
  }

  private static String name(String text) throws IOException {
    whole(NAME.matcher(text).matches());
    return text;
  }

  private static void whole(boolean holds) throws IOException {
    if (!holds) {
      throw new IOException("this is no copy of a shared queue, or it is damaged");
    }
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    var found = new ArrayList<String>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }
}
