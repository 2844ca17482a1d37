package net.facteur.queue.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
  @TempDir private Path base = Path.of("");

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  /// What others may do with anything below a directory, and with itself.
  private static Map<Path, String> open(Path directory) throws IOException {
    var open = new TreeMap<Path, String>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        if (!mode(path).endsWith("------")) {
          open.put(path, mode(path));
        }
      }
    }
    return open;
  }

  @Test
  void nothingThatAQueueMakesCanBeReadByOthers() throws Exception {
    Path directory = base.resolve("data/queue");
    try (var _ = SqliteStore.open(QueueSettings.in(directory), InstantSource.system())) {
      BodyFiles files = new BodyFiles(directory);
      SpillingStage.InFile body = SpillingStage.InFile.create(files);
      body.copy(new java.io.ByteArrayInputStream(new byte[10]));
      var _ = body.keep(new QueueId("0123456789ABCDEF"));
      var _ = SpillingStage.InFile.create(files);
      new SpaceReserve(directory).keep();
      try (Stream<Path> all = Files.walk(directory)) {
        List<String> names = all.map(path -> directory.relativize(path).toString()).toList();
        for (String name :
            List.of("queue.db", "queue.db-wal", "queue.db-shm", "lock", "reserve", "staging/2")) {
          assertTrue(names.contains(name), () -> name + " is not among " + names);
        }
      }
      assertEquals(Map.of(), open(base.resolve("data")));
      QueueSettings settings = QueueSettings.in(directory);
      settings.files().forEach(file -> assertTrue(Files.isRegularFile(file), file::toString));
      settings.directories().forEach(each -> assertTrue(Files.isDirectory(each), each::toString));
    }
  }

  @Test
  void whatAnEarlierVersionLeftOpenIsClosed() throws Exception {
    Path directory = base.resolve("queue");
    SqliteStore.open(QueueSettings.in(directory), InstantSource.system()).close();
    Path bodies = Files.createDirectories(directory.resolve("bodies"));
    for (Path each :
        List.of(
            directory,
            directory.resolve("queue.db"),
            directory.resolve("lock"),
            directory.resolve("staging"),
            bodies)) {
      mode(each, Files.isDirectory(each) ? "rwxr-xr-x" : "rw-r--r--");
    }
    SqliteStore.open(QueueSettings.in(directory), InstantSource.system()).close();
    assertEquals(Map.of(), open(directory));
  }

  @Test
  void aTighterModeStays() throws IOException {
    Path directory = Files.createDirectory(base.resolve("queue"));
    mode(directory, "r-x------");
    PrivateFiles.directory(directory);
    assertEquals("r-x------", mode(directory));
  }

  @Test
  void whatRootMakesBelongsToTheOwnerOfTheDirectoryAbove() throws IOException {
    assumeTrue(Files.getOwner(base).getName().equals("root"), "only root gives files away");
    var nobody =
        base.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Path above = Files.createDirectory(base.resolve("data"));
    Files.setOwner(above, nobody);
    Path directory = above.resolve("queue");
    PrivateFiles.directory(directory);
    PrivateFiles.file(directory.resolve("queue.db"));
    PrivateFiles.open(directory.resolve("lock")).close();
    for (String name : List.of("", "queue.db", "lock")) {
      assertEquals(nobody, Files.getOwner(directory.resolve(name)), name);
    }
  }
}
