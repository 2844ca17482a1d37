package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.QueueId;

/// Copies of SQLite databases, and of a queue with its bodies, as they are at one moment, while a
/// server goes on working on them.
///
/// The copy of a queue holds each message whole: one read transaction sees the rows, and each body
/// that they name gets a second name (a hard link) before the server can remove the first. A body
/// that was removed in between was delivered in between, and the moment is taken anew.
///
/// @spec https://www.sqlite.org/backup.html Using the SQLite Online Backup API
public final class SqliteCopy {
  private static final int ATTEMPTS = 50;

  /// The migrations that brought the table `journal`, and the column `ordered`.
  private static final int JOURNAL = 3;

  private static final int ORDERS = 5;

  private SqliteCopy() {}

  /// What a copy of a queue holds.
  ///
  /// @param database the copy
  /// @param bodies the directory of the large bodies, as below the queue's own
  /// @param schema the version of its tables
  /// @param messages those that wait
  /// @param recipients those that wait, held ones with them
  public record Taken(Path database, Path bodies, int schema, long messages, long recipients) {}

  /// Copies a queue.
  ///
  /// @param directory of the queue
  /// @param into a directory that exists, on the same file system: bodies are linked
  /// @throws NoSuchFileException where there is no queue
  /// @throws IOException where it cannot be read, or the disk is full
  public static Taken take(Path directory, Path into) throws IOException {
    Path database = directory.resolve("queue.db");
    Path copy = into.resolve("queue.db");
    Path bodies = BodyFiles.below(into);
    PrivateFiles.directory(bodies);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      linkAll(BodyFiles.below(directory), bodies);
      try (Connection source = reader(database)) {
        source.setAutoCommit(false);
        long messages = number(source, "SELECT count(*) FROM message WHERE finished IS NULL");
        if (linkNamed(source, BodyFiles.below(directory), bodies)) {
          copy(source, copy);
          long recipients =
              number(source, "SELECT count(*) FROM recipient WHERE state IN " + StateSql.OPEN);
          return new Taken(copy, bodies, Schema.version(source), messages, recipients);
        }
      } catch (SQLException e) {
        throw trouble(database, e);
      }
    }
    throw new IOException(
        "large messages leave the queue in " + directory + " faster than they can be copied");
  }

  /// Copies another database of SQLite as it is at one moment.
  ///
  /// @param into where nothing is yet
  public static void copy(Path database, Path into) throws IOException {
    try (Connection source = reader(database)) {
      copy(source, into);
    } catch (SQLException e) {
      throw trouble(database, e);
    }
  }

  private static void copy(Connection source, Path into) throws SQLException, IOException {
    Files.deleteIfExists(into);
    PrivateFiles.file(into);
    try (Statement statement = source.createStatement()) {
      statement.executeUpdate("backup to '" + into.toString().replace("'", "''") + "'");
    }
    try (FileChannel written = FileChannel.open(into, StandardOpenOption.WRITE)) {
      written.force(true);
    }
  }

  private static void linkAll(Path from, Path to) throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    try (var folders = Files.newDirectoryStream(from)) {
      for (Path folder : folders) {
        try (var files = Files.newDirectoryStream(folder)) {
          for (Path file : files) {
            link(file, to.resolve(from.relativize(file).toString()));
          }
        } catch (NoSuchFileException | NotDirectoryException _) {
          // nothing of the queue's
        }
      }
    }
  }

  /// @return false where a body is gone, and its message with it since the transaction began
  private static boolean linkNamed(Connection source, Path from, Path to)
      throws SQLException, IOException {
    try (Statement statement = source.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT body_file FROM content WHERE body_file IS NOT NULL")) {
      while (rows.next()) {
        String name = rows.getString(1);
        Path file = BodyFiles.path(from, name);
        Path link = BodyFiles.path(to, name);
        if (!Files.exists(link) && !link(file, link) && goneSince(source, name)) {
          return false;
        }
      }
    }
    return true;
  }

  /// True where a later transaction than the one under way would see the body no more: what is
  /// damaged since long is copied as it is.
  private static boolean goneSince(Connection source, String name)
      throws SQLException, IOException {
    try (Connection later = reader(file(source));
        PreparedStatement s =
            later.prepareStatement("SELECT count(*) FROM content WHERE body_file = ?")) {
      s.setString(1, name);
      try (ResultSet row = s.executeQuery()) {
        return row.next() && row.getLong(1) == 0;
      }
    }
  }

  private static Path file(Connection source) throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA database_list")) {
      row.next();
      return Path.of(row.getString(3));
    }
  }

  private static boolean link(Path file, Path link) throws IOException {
    Path folder = link.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      PrivateFiles.directory(folder);
    }
    try {
      Files.createLink(link, file);
      return true;
    } catch (FileAlreadyExistsException _) {
      return true;
    } catch (NoSuchFileException _) {
      return false;
    } catch (UnsupportedOperationException e) {
      throw new IOException("the file system of " + file + " has no hard links", e);
    }
  }

  /// A recipient who waits in a copy.
  ///
  /// @param received when its message was taken
  public record Open(
      String id,
      Instant received,
      String reversePath,
      String address,
      Optional<String> originalRecipient,
      String destination) {}

  /// Who waits for something.
  @FunctionalInterface
  public interface Visitor {
    void visit(Open recipient) throws IOException;
  }

  /// All of them, in either engine.
  static final String OPEN =
      "SELECT m.id, m.received, r.reverse_path, r.address, r.orcpt, r.destination"
          + " FROM recipient r JOIN message m ON m.seq = r.seq"
          + " WHERE r.state IN "
          + StateSql.OPEN;

  static Open open(ResultSet row) throws SQLException {
    return new Open(
        row.getString(1),
        Instant.ofEpochMilli(row.getLong(2)),
        row.getString(3),
        row.getString(4),
        Optional.ofNullable(row.getString(5)),
        row.getString(6));
  }

  /// Looks at each recipient who waits in a copy.
  public static void open(Path copy, Visitor visitor) throws IOException {
    try (Connection source = reader(copy);
        Statement statement = source.createStatement();
        ResultSet rows = statement.executeQuery(OPEN)) {
      while (rows.next()) {
        visitor.visit(open(rows));
      }
    } catch (SQLException e) {
      throw trouble(copy, e);
    }
  }

  /// True where a copy knows a message, whatever became of it.
  public static boolean knows(Path copy, QueueId id) throws IOException {
    try (Connection source = reader(copy);
        PreparedStatement s = source.prepareStatement("SELECT 1 FROM message WHERE id = ?")) {
      s.setString(1, id.text());
      try (ResultSet row = s.executeQuery()) {
        return row.next();
      }
    } catch (SQLException e) {
      throw trouble(copy, e);
    }
  }

  /// Holds everything that waits in a copy, so that nothing leaves before somebody releases it.
  /// What operators had ordered, and was not done yet, is forgotten. A copy of an older version is
  /// held as well.
  ///
  /// @param why for the life of each message
  /// @return the recipients that are held now
  public static long hold(Path copy, Instant now, String why) throws IOException {
    try (Connection database = SqliteEngine.forHolding(copy)) {
      database.setAutoCommit(false);
      int schema = Schema.version(database);
      try (Statement statement = database.createStatement()) {
        if (schema >= JOURNAL) {
          try (PreparedStatement s =
              database.prepareStatement(
                  "INSERT INTO journal (seq, at, what, detail) SELECT DISTINCT seq, ?, 'hold', ?"
                      + " FROM recipient WHERE state = 'queued'")) {
            s.setLong(1, now.toEpochMilli());
            s.setString(2, why);
            s.executeUpdate();
          }
        }
        statement.executeUpdate("UPDATE recipient SET state = 'held' WHERE state = 'queued'");
        if (schema >= ORDERS) {
          statement.executeUpdate("UPDATE recipient SET ordered = NULL WHERE ordered IS NOT NULL");
        }
      }
      database.commit();
      return number(database, "SELECT count(*) FROM recipient WHERE state IN ('held', 'damaged')");
    } catch (SQLException e) {
      throw trouble(copy, e);
    }
  }

  /// What SQLite finds wrong with a database; empty where it is whole.
  public static List<String> examine(Path database) throws IOException {
    try (Connection source = reader(database);
        Statement statement = source.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA integrity_check(10)")) {
      var found = new ArrayList<String>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found.equals(List.of("ok")) ? List.of() : found;
    } catch (SQLException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private static Connection reader(Path database) throws SQLException, IOException {
    if (Files.notExists(database)) {
      throw new NoSuchFileException(database.toString());
    }
    return new SqliteEngine(database.toAbsolutePath()).openReadOnly();
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private static IOException trouble(Path database, SQLException e) {
    return new IOException("cannot read " + database + ": " + e.getMessage(), e);
  }
}
