package net.facteur.queue.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import net.facteur.queue.prove.FullDiskTrial;
import net.facteur.queue.prove.SyncTrial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTrialTest {
  @TempDir private Path directory;

  @Test
  void whatWasAcceptedLeavesAFullDisk() throws Exception {
    var outcome = FullDiskTrial.run(KilledQueueTest.trials(), directory, 7);
    assumeTrue(outcome.isPresent(), "this machine allows no mounts in a namespace");
    assertEquals(Set.of(), outcome.get().lost());
    assertEquals(List.of(), outcome.get().altered());
    assertTrue(outcome.get().refused() > 0, "the disk never was full");
    assertTrue(outcome.get().accepted() > 100, outcome.get()::toString);
  }

  @Test
  void aDiskInMemoryIsNotBelieved() {
    var slow = new SyncTrial.Outcome("ext4", Duration.ofMillis(2), Duration.ofMillis(20));
    assertTrue(slow.believable());
    assertFalse(new SyncTrial.Outcome("tmpfs", slow.median(), slow.worst()).believable());
    assertFalse(new SyncTrial.Outcome("ext4", Duration.ofNanos(4000), slow.worst()).believable());
  }

  @Test
  void aSyncIsMeasured() throws Exception {
    var outcome = SyncTrial.run(directory);
    assertTrue(outcome.median().compareTo(outcome.worst()) <= 0);
    assertFalse(outcome.fileSystem().isEmpty());
  }
}
