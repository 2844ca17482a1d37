package net.facteur.auth.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import net.facteur.auth.TestClassPath;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Breaks one rule after the other in a copy of the source, and sees that a test turns red.
///
/// `mvn test -Plong -pl auth-mechanisms -Dtest=BrokenRulesTest` runs it. A rule that no test misses
/// is a hole in the tests; a rule that is not found in its source has been rewritten, and its row
/// must follow.
class BrokenRulesTest {
  private static final Path SOURCES = Path.of("src/main/java/net/facteur/auth");
  private static final Path WORK = Path.of("target/broken-rules");

  @Test
  void everyRuleStandsInItsSourceOnce() throws IOException {
    for (BrokenRule rule : BrokenRule.all()) {
      String source = Files.readString(SOURCES.resolve(rule.source()));
      int first = source.indexOf(rule.right());
      assertTrue(first >= 0, () -> "not found: " + rule);
      assertEquals(first, source.lastIndexOf(rule.right()), () -> "found twice: " + rule);
    }
  }

  @Tag("long")
  @TestFactory
  Stream<DynamicTest> everyBrokenRuleTurnsATestRed() {
    return BrokenRule.all().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.rule(), () -> check(rule)));
  }

  private static void check(BrokenRule rule) throws IOException, InterruptedException {
    String source = Files.readString(SOURCES.resolve(rule.source()));
    Path directory =
        Files.createDirectories(WORK.resolve(rule.rule().replaceAll("[^a-zA-Z]+", "-")));
    Path changed = directory.resolve(Path.of(rule.source()).getFileName());
    Files.writeString(changed, source.replace(rule.right(), rule.wrong()));
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-nowarn",
                "-cp",
                TestClassPath.get(),
                "-d",
                directory.toString(),
                changed.toString());
    assertEquals(0, compiled);
    Process tests =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx1g",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    directory + java.io.File.pathSeparator + TestClassPath.get(),
                    TestRun.class.getName(),
                    "net.facteur.auth." + rule.tests()))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    boolean ended = tests.waitFor(10, TimeUnit.MINUTES);
    if (!ended) {
      tests.destroyForcibly(); // an endless loop is noticed, too
    }
    int red = ended ? tests.exitValue() : TestRun.RED;
    assertNotEquals(TestRun.NOTHING_RAN, red);
    assertEquals(TestRun.RED, red, () -> "no test of " + rule.tests() + " misses this rule");
  }
}
