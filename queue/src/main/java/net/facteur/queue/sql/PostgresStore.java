package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.UUID;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.schedule.GroupCommit;

/// The shared engine: one PostgreSQL database for several nodes. The directory of a node holds only
/// bodies that are being received.
public final class PostgresStore extends SqlStore {
  private PostgresStore(
      QueueSettings settings, InstantSource clock, FileChannel lockFile, Engine engine)
      throws IOException, SQLException {
    super(
        settings,
        clock,
        lockFile,
        engine,
        GroupCommit.STANDARD,
        new BodyFiles(settings.directory()),
        (_, readers) -> new Chunks(engine, readers, clock));
  }

  /// Opens the queue, making its tables where they are not there.
  ///
  /// @throws IOException where the database cannot be reached, or was written by a newer version
  public static PostgresStore open(
      QueueSettings settings, PostgresSettings database, InstantSource clock) throws IOException {
    Path directory = settings.directory().toAbsolutePath();
    FileChannel lockFile = DirectoryLock.take(directory);
    try {
      var store =
          new PostgresStore(
              settings,
              clock,
              lockFile,
              new PostgresEngine(database, UUID.randomUUID().toString()));
      store.startMaintenance();
      return store;
    } catch (SQLException e) {
      lockFile.close();
      throw new IOException("cannot open the shared queue: " + e.getMessage(), e);
    } catch (IOException e) {
      lockFile.close();
      throw e;
    }
  }

  /// Looks into the queue without taking part in it.
  ///
  /// @throws IOException where the database cannot be reached
  public static SqlInspector inspect(PostgresSettings database, InstantSource clock)
      throws IOException {
    var engine = new PostgresEngine(database, "");
    try {
      var readers = new ReaderPool(engine::openReader, 1);
      return new SqlInspector(readers, new Chunks(engine, readers, clock)::content, clock);
    } catch (SQLException e) {
      throw new IOException("cannot read the shared queue: " + e.getMessage(), e);
    }
  }
}
