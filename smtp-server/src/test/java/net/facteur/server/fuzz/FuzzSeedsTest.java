package net.facteur.server.fuzz;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Runs every fuzzing target on the seeds that are kept, which hold what fuzzing found once, and on
/// changed copies of them.
class FuzzSeedsTest {
  static final Path SEEDS = Path.of("src/test/resources/fuzz");
  private static final int COPIES = 100;

  @TestFactory
  Stream<DynamicTest> everySeedAndItsChangedCopiesKeepThePromises() {
    return Target.ALL.stream()
        .map(
            target ->
                DynamicTest.dynamicTest(target.name(), () -> check(target.name(), target.run())));
  }

  private static void check(String name, Consumer<byte[]> target) throws IOException {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("FuzzSeedsTest " + name + " seed " + seed);
    var random = new Random(seed);
    List<Path> files;
    try (Stream<Path> listed = Files.list(SEEDS.resolve(name))) {
      files = listed.sorted().toList();
    }
    assertTrue(!files.isEmpty());
    for (Path file : files) {
      byte[] octets = Files.readAllBytes(file);
      assertDoesNotThrow(() -> target.accept(octets), () -> name + " on " + file);
      for (int i = 0; i < COPIES; i++) {
        byte[] changed = changed(octets, random);
        assertDoesNotThrow(
            () -> target.accept(changed), () -> name + " on " + file + ", seed " + seed);
      }
    }
  }

  private static byte[] changed(byte[] octets, Random random) {
    byte[] changed = octets.clone();
    for (int n = changed.length == 0 ? 0 : 1 + random.nextInt(8); n > 0; n--) {
      changed[random.nextInt(changed.length)] =
          random.nextBoolean() ? (byte) random.nextInt(256) : octets[random.nextInt(octets.length)];
    }
    return changed;
  }
}
