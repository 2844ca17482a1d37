package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosedPlaceTest {
  private static final String ME = System.getProperty("user.name");

  @TempDir Path directory = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "facteur,Type: sudo -u facteur ./facteur status",
    "root,Type: sudo ./facteur status",
    "10025,Type: sudo -u '#10025' ./facteur status"
  })
  void whoIsLetInIsWhomToBecome(String owner, String remedy) {
    assumeFalse(ME.equals(owner), "whoever is let in need not become anybody");
    assertEquals(
        remedy,
        new ClosedPlace(Path.of("/srv/mail/data"), owner)
            .remedy("./facteur status")
            .in(Language.ENGLISH));
  }

  @Test
  void theFirstClosedDoorIsNamed() throws IOException {
    assumeFalse(ME.equals("root"), "nothing is closed to root");
    Path data = Files.createDirectory(directory.resolve("data"));
    Path queue = Files.createDirectory(data.resolve("queue"));
    Path file = Files.writeString(queue.resolve("queue.db"), "");
    assertEquals(Optional.empty(), ClosedPlace.before(file, true));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    assertEquals(Optional.empty(), ClosedPlace.before(file, false));
    assertEquals(Optional.of(new ClosedPlace(file, ME)), ClosedPlace.before(file, true));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("---------"));
    ClosedPlace closed = ClosedPlace.before(file, false).orElseThrow();
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    assertEquals(new ClosedPlace(data, ME), closed);
    assertEquals("Type: chmod u+rwX " + data, closed.remedy("facteur status"));
  }

  @Test
  void whatIsNotThereIsNotClosed() {
    assertEquals(Optional.empty(), ClosedPlace.before(directory.resolve("no/such/socket"), true));
  }
}
