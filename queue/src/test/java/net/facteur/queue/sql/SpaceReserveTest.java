package net.facteur.queue.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
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
  void whatWouldLeaveTooLittleFindsNoRoom() throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    var gauge = new SpaceGauge(directory, free / 2);
    assertFalse(gauge.full());
    assertFalse(gauge.full(free / 8));
    assertTrue(gauge.full(free / 8 * 7));
  }

  @Test
  void whatIsBeingReceivedStopsBeforeTheDiskIsFull() throws IOException {
    var full = new AtomicBoolean();
    var stage = new SpillingStage(new BodyFiles(directory), 1000, full::get);
    stage.write(ByteBuffer.allocate(900));
    assertFalse(stage.inFile());
    stage.spill();
    assertTrue(stage.inFile());
    stage.write(ByteBuffer.allocate(900));
    assertEquals(1800, stage.size());
    full.set(true);
    assertThrows(IOException.class, () -> stage.write(ByteBuffer.allocate(900)));
    stage.discard();
  }

  @Test
  void whereNothingHasToStayFreeNothingIsPutBy() throws IOException {
    var gauge = new SpaceGauge(directory, 0);
    assertFalse(gauge.useReserve());
    assertFalse(Files.exists(file()));
  }
}
