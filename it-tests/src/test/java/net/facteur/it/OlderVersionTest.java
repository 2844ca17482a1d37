package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An older version that is started on what a newer one has written.
class OlderVersionTest {
  @TempDir private Path directory;

  @Test
  void itSaysSoAndTouchesNothing() throws Exception {
    try (var world = new World(directory)) {
      InetSocketAddress submission = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
      Site site = Site.build(world, World.freePort(World.OURS), submission.getPort());
      ServerProcess.start(site, submission).close();
      Path database = site.data().resolve("queue/queue.db");
      try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
          var statement = connection.createStatement()) {
        statement.execute("PRAGMA user_version = 999");
      }
      Map<String, String> before = content(site.data());
      var failure = assertThrows(AssertionError.class, () -> ServerProcess.start(site, submission));
      assertTrue(failure.toString().contains("newer version"), failure::toString);
      assertEquals(before, content(site.data()));
    }
  }

  /// Every file with what is in it and when it was written.
  private static Map<String, String> content(Path data) throws IOException {
    var found = new TreeMap<String, String>();
    try (Stream<Path> all = Files.walk(data)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        found.put(
            data.relativize(path).toString(),
            Files.getLastModifiedTime(path) + " " + Arrays.hashCode(Files.readAllBytes(path)));
      }
    }
    return found;
  }
}
