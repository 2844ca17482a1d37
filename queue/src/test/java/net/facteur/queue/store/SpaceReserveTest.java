package net.facteur.queue.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceReserveTest {
  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("reserve");
  }

  @Test
  void itIsKeptOnceAndGivenUpOnce() throws IOException {
    var reserve = new SpaceReserve(directory);
    assertFalse(reserve.held());
    reserve.keep();
    assertTrue(reserve.held());
    assertEquals(SpaceReserve.OCTETS, Files.size(file()));
    assertTrue(reserve.release());
    assertFalse(reserve.release());
    assertFalse(reserve.held());
  }

  @Test
  void aPieceOfOneIsNoneAndIsMadeWhole() throws IOException {
    Files.write(file(), new byte[1000]);
    var reserve = new SpaceReserve(directory);
    assertFalse(reserve.held());
    reserve.keep();
    assertTrue(reserve.held());
  }

  @Test
  void theDiskCountsAsFullUntilWhatWasUsedIsThereAgain() throws IOException {
    var gauge = new SpaceGauge(directory, 1);
    assertFalse(gauge.full());
    assertTrue(Files.exists(file()));
    assertTrue(gauge.useReserve());
    assertTrue(gauge.full());
    assertFalse(gauge.useReserve());
    gauge.look(() -> 0);
    assertFalse(gauge.full());
    assertTrue(Files.exists(file()));
  }

  @Test
  void whereNothingHasToStayFreeNothingIsPutBy() throws IOException {
    var gauge = new SpaceGauge(directory, 0);
    assertFalse(gauge.useReserve());
    assertFalse(Files.exists(file()));
  }
}
