package net.facteur.server.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
    return Target.ALL.stream()
        .map(target -> DynamicTest.dynamicTest(target.name(), () -> fuzz(target)));
  }

  private static void fuzz(Target target) throws IOException, InterruptedException {
    Path work = WORK.resolve(target.name());
    Path corpus = Files.createDirectories(work.resolve("corpus"));
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath(),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + target.type().getName(),
            "--instrumentation_includes=net.facteur.**",
            "--disabled_hooks=**",
            "--reproducer_path=" + work,
            "-artifact_prefix=" + work + "/",
            "-max_total_time="
                + Optional.ofNullable(System.getProperty("fuzz.seconds")).orElse("20"),
            "-timeout=120",
            "-max_len=4096",
            corpus.toString(),
            FuzzSeedsTest.SEEDS.resolve(target.name()).toString()));
    Path log = work.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertEquals(0, process.waitFor(), () -> "see " + log.toAbsolutePath());
  }

  /// Surefire may run tests from a jar that only names the class path.
  private static String classPath() {
    return Optional.ofNullable(System.getProperty("surefire.test.class.path"))
        .orElseGet(() -> System.getProperty("java.class.path"));
  }
}
