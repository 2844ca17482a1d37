package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.schedule.GroupCommit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The embedded engine: one SQLite database and a directory of large bodies, for one process.
public final class SqliteStore extends SqlStore {
  private static final Logger LOG = LogManager.getLogger(SqliteStore.class);

  private SqliteStore(
      QueueSettings settings,
      InstantSource clock,
      FileChannel lockFile,
      GroupCommit policy,
      Supplier<List<String>> pragmas)
      throws IOException, SQLException {
    super(
        settings,
        clock,
        lockFile,
        new SqliteEngine(settings.directory().resolve("queue.db"), pragmas),
        policy,
        new BodyFiles(settings.directory()),
        (files, _) -> files);
  }

  /// Opens the queue in the settings' directory, making it where it is not there.
  ///
  /// @throws IOException where it cannot be opened, another process has it open, or it was written
  ///   by a newer version
  public static SqliteStore open(QueueSettings settings, InstantSource clock) throws IOException {
    return open(settings, clock, GroupCommit.STANDARD, List::of);
  }

  /// @param pragmas further ones for each connection that writes, for trials that are to lose mail
  public static SqliteStore open(QueueSettings settings, InstantSource clock, List<String> pragmas)
      throws IOException {
    return open(settings, clock, GroupCommit.STANDARD, () -> pragmas);
  }

  /// @param policy when to commit
  /// @param pragmas further ones for each connection that writes
  static SqliteStore open(
      QueueSettings settings,
      InstantSource clock,
      GroupCommit policy,
      Supplier<List<String>> pragmas)
      throws IOException {
    Path directory = settings.directory().toAbsolutePath();
    FileChannel lockFile = DirectoryLock.take(directory);
    try {
      var salvage = new Salvage(directory, clock, new SecureRandom());
      salvage.beforeOpening();
      // What SQLite keeps beside a database has the database's mode.
      PrivateFiles.file(directory.resolve("queue.db"));
      SqliteStore store;
      try {
        store = new SqliteStore(settings, clock, lockFile, policy, pragmas);
      } catch (SQLException e) {
        if (!salvage.mayHelp(e)) {
          throw e;
        }
        LOG.error("the queue cannot be opened: {}", e.getMessage());
        salvage.run();
        store = new SqliteStore(settings, clock, lockFile, policy, pragmas);
      }
      store.startMaintenance();
      return store;
    } catch (SQLException e) {
      lockFile.close();
      throw new IOException("cannot open the queue in " + directory + ": " + e.getMessage(), e);
    } catch (IOException e) {
      lockFile.close();
      throw e;
    }
  }
}
