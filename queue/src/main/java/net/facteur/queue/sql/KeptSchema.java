package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What a database was before a newer version brought it up to date, kept beside it until that
/// version has been started twice and stopped: `queue.db.schema-3`.
///
/// It is for who has to go back although a migration went well. A migration that fails changes
/// nothing, so where the disk has no room for a copy, it is done without.
final class KeptSchema {
  private static final Logger LOG = LogManager.getLogger(KeptSchema.class);

  private final Path database;

  /// Those of earlier starts.
  private List<Path> outlived = List.of();

  KeptSchema(Path database) {
    this.database = database;
  }

  /// Looks at a database before it is migrated.
  ///
  /// @param present the version that it will have
  void keep(Connection connection, int present) throws SQLException {
    int version = Schema.version(connection);
    outlived = copies();
    if (version == 0 || version >= present) {
      return;
    }
    Path copy = database.resolveSibling(prefix() + version);
    try {
      Files.deleteIfExists(copy);
      PrivateFiles.file(copy);
      try (PreparedStatement into = connection.prepareStatement("VACUUM INTO ?")) {
        into.setString(1, copy.toString());
        into.execute();
      }
      try (FileChannel written = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      outlived = outlived.stream().filter(path -> !path.equals(copy)).toList();
      LOG.info("queue schema={} to={} kept={}", version, present, copy);
    } catch (IOException | SQLException e) {
      LOG.warn("the queue of schema {} is not kept aside: {}", version, e.toString());
      remove(copy);
    }
  }

  /// At a stop: what was kept at an earlier start is not needed any more.
  void forget() {
    outlived.forEach(KeptSchema::remove);
  }

  private String prefix() {
    return database.getFileName() + ".schema-";
  }

  private List<Path> copies() {
    var found = new ArrayList<Path>();
    Path directory = database.toAbsolutePath().getParent();
    if (directory == null) {
      return found;
    }
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(
            directory, path -> String.valueOf(path.getFileName()).startsWith(prefix()))) {
      all.forEach(found::add);
    } catch (IOException e) {
      LOG.warn("queue directory: {}", e.toString());
    }
    return found;
  }

  private static void remove(Path copy) {
    try {
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      LOG.warn("removing {}: {}", copy, e.toString());
    }
  }
}
