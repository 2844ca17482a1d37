package net.facteur.queue.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.facteur.queue.prove.Proof;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All trials one after the other, as `facteur prove` runs them.
@Tag("long")
class ProofTest {
  @TempDir private Path directory;

  @Test
  void allTrialsAreMadeAndLeaveNothing() throws Exception {
    var told = new ArrayList<String>();
    Proof proof =
        Proof.run(
            KilledQueueTest.trials(),
            directory,
            Duration.ofSeconds(20),
            5321,
            InstantSource.system(),
            new Proof.Progress() {
              @Override
              public void sync() {
                told.add("sync");
              }

              @Override
              public void kills(int done) {
                told.add("kills " + done);
              }

              @Override
              public void powerCuts(int done) {
                told.add("cuts " + done);
              }

              @Override
              public void fullDisk() {
                told.add("full");
              }
            });
    assertTrue(proof.kept(), proof::toString);
    assertTrue(proof.kills().kills() >= 1, proof::toString);
    assertTrue(proof.kills().accepted() > 0, proof::toString);
    proof.powerCuts().ifPresent(cuts -> assertTrue(cuts.cuts() > 100, cuts::toString));
    assertTrue(told.containsAll(List.of("sync", "kills 0", "full")), told::toString);
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
