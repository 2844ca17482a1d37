package net.facteur.queue.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.facteur.queue.prove.PowerCutTrial;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The power fails under a real store, and nothing that was accepted is lost.
///
/// The same must fail where a sync is missing; otherwise the test would prove nothing.
class PowerCutTest {
  private static final int MESSAGES = 250;
  private static final int CUTS = 160;
  private static final int SOME_CUTS = 60;

  @TempDir private Path directory;
  private final long seed = Long.getLong("facteur.seed", 5321);
  private boolean compiler;

  @BeforeEach
  void findTheCompiler() {
    System.out.println("seed " + seed);
    compiler = PowerCutTrial.canRecord();
    if (!compiler) {
      System.out.println("not run: apt-get install gcc");
      assertFalse("true".equals(System.getenv("CI")), "gcc is missing");
    }
  }

  @Test
  void whatWasAcceptedSurvivesAPowerCut() throws IOException, InterruptedException {
    if (compiler) {
      assertEquals(Map.of(), lost("", List.of(), CUTS));
    }
  }

  @Test
  @Tag("long")
  void whatWasAcceptedSurvivesAPowerCutAtEverySync() throws IOException, InterruptedException {
    if (compiler) {
      assertEquals(Map.of(), lost("", List.of(), Integer.MAX_VALUE));
    }
  }

  @Test
  void mailIsLostWithoutSyncedCommits() throws IOException, InterruptedException {
    if (compiler) {
      assertFalse(lost("", List.of("PRAGMA synchronous = OFF"), SOME_CUTS).isEmpty());
    }
  }

  @Test
  void mailIsLostWithoutSyncedBodies() throws IOException, InterruptedException {
    if (compiler) {
      assertFalse(lost("body", List.of(), SOME_CUTS).isEmpty());
    }
  }

  @Test
  void mailIsLostWithoutSyncedDirectories() throws IOException, InterruptedException {
    if (compiler) {
      assertFalse(lost("directory", List.of(), SOME_CUTS).isEmpty());
    }
  }

  private Map<String, Set<String>> lost(String swallow, List<String> pragmas, int cuts)
      throws IOException, InterruptedException {
    PowerCutTrial.Outcome outcome =
        new PowerCutTrial(KilledQueueTest.trials(), directory, new Random(seed), MESSAGES)
            .run(swallow, pragmas, cuts, _ -> true);
    System.out.printf(
        "records %d, cuts %d, of these with a loss %d, seed %d%n",
        outcome.records(), outcome.cuts(), outcome.lost().size(), seed);
    assertTrue(outcome.accepted() > MESSAGES / 2, "the process did not work");
    return outcome.lost();
  }
}
