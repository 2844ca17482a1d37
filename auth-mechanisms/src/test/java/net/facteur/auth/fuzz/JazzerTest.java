package net.facteur.auth.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.TestClassPath;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Fuzzes every target with Jazzer, each in a process of its own, beginning with the seeds.
///
/// `mvn test -Pfuzz -Dfuzz.seconds=600` sets the time of each; 20 seconds is the default. What
/// breaks a target is left in `target/fuzz`, and belongs among the seeds once it is mended.
@Tag("fuzz")
class JazzerTest {
  private static final Path WORK = Path.of("target/fuzz");

  @TestFactory
  Stream<DynamicTest> nothingBreaksATarget() {
    return Targets.ALL.keySet().stream()
        .sorted()
        .map(target -> DynamicTest.dynamicTest(target, () -> fuzz(target)));
  }

  private static void fuzz(String target) throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(WORK.resolve(target).resolve("corpus"));
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            TestClassPath.get(),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=net.facteur.auth.fuzz.Targets$" + target,
            "--instrumentation_includes=net.facteur.**",
            "--disabled_hooks=**",
            "--reproducer_path=" + WORK.resolve(target),
            "-artifact_prefix=" + WORK.resolve(target) + "/",
            "-max_total_time="
                + Optional.ofNullable(System.getProperty("fuzz.seconds")).orElse("20"),
            "-timeout=120",
            "-max_len=4096",
            corpus.toString(),
            FuzzSeedsTest.SEEDS.resolve(target).toString()));
    Path log = WORK.resolve(target).resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertEquals(0, process.waitFor(), () -> "see " + log.toAbsolutePath());
  }
}
