package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.Refusal;

/// Looks into a queue's database.
public final class SqlInspector implements QueueInspector, AutoCloseable {
  private final ReaderPool readers;
  private final Contents bodies;
  private final InstantSource clock;

  /// Where the octets of a message are.
  interface Contents {
    MessageContent content(ContentRow row) throws IOException;
  }

  SqlInspector(ReaderPool readers, Contents bodies, InstantSource clock) {
    this.bodies = bodies;
    this.readers = readers;
    this.clock = clock;
  }

  /// Opens the queue in a directory for reading only, whether or not a server is running on it.
  ///
  /// @throws NoSuchFileException where there is none
  /// @throws IOException where it cannot be read, or another version wrote it
  public static SqlInspector open(Path directory, InstantSource clock) throws IOException {
    var database = new SqliteEngine(directory.toAbsolutePath().resolve("queue.db"));
    if (Files.notExists(database.file())) {
      throw new NoSuchFileException(database.file().toString());
    }
    try {
      Path bodies = BodyFiles.below(directory);
      var inspector =
          new SqlInspector(
              new ReaderPool(database::openReadOnly, 1),
              row -> row.content(name -> BodyFiles.path(bodies, name)),
              clock);
      int version = inspector.readers.read(Schema::version);
      if (version != Schema.MIGRATIONS.size()) {
        inspector.close();
        throw new IOException("another version of Facteur wrote the queue in " + directory);
      }
      return inspector;
    } catch (SQLException | QueueUnavailableException e) {
      throw new IOException("cannot read the queue in " + directory + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<Listed> list(QueueFilter filter, int limit) {
    return page(filter, "", limit);
  }

  @Override
  public List<Listed> list(QueueFilter filter, QueueId after, int limit) {
    return page(filter, after.text(), limit);
  }

  private List<Listed> page(QueueFilter filter, String after, int limit) {
    return readers.read(connection -> ListRows.page(connection, filter, after, limit));
  }

  @Override
  public Summary summary(int limit) {
    return readers.read(connection -> SummaryRows.read(connection, clock.instant(), limit));
  }

  @Override
  public Optional<Shown> show(QueueId id) {
    return readers.read(connection -> together(connection, one -> MessageRows.read(one, id)));
  }

  @Override
  public List<QueueId> find(String text, int limit) {
    return readers.read(connection -> MessageRows.find(connection, text, limit));
  }

  @Override
  public List<Refusal> refusals(String address, int limit) {
    return readers.read(connection -> RefusalRows.find(connection, address, limit));
  }

  @Override
  public List<Unreported> unreported(Instant from, Instant before, int limit) {
    return readers.read(connection -> UnreportedRows.find(connection, from, before, limit));
  }

  @Override
  public List<Sent> held(Optional<String> account, Optional<QueueId> after, int limit) {
    return readers.read(connection -> AccountRows.held(connection, account, after, limit));
  }

  @Override
  public List<Sent> sent(String account, Instant since, int limit) {
    return readers.read(connection -> AccountRows.sent(connection, account, since, limit));
  }

  @Override
  public Own own(String account, Instant since, int looked, int limit) {
    return readers.read(
        connection ->
            together(connection, one -> OwnRows.read(one, account, since, looked, limit)));
  }

  @Override
  public Optional<String> account(QueueId id) {
    return readers.read(connection -> AccountRows.account(connection, id));
  }

  @Override
  public Optional<MessageContent> content(QueueId id) throws IOException {
    Optional<ContentRow> row = readers.read(connection -> ContentRow.read(connection, id));
    return row.isPresent() ? Optional.of(bodies.content(row.get())) : Optional.empty();
  }

  /// Several statements, one state of the database.
  private static <T> T together(Connection connection, ReaderPool.Query<T> reading)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      return reading.read(connection);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  @Override
  public void close() {
    readers.close();
  }
}
