package net.facteur.it.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `facteur demo --once` as a process of its own, with the class path of this test.
class DemoTest {
  private static final String PYTHON = "/usr/bin/python3";
  private static final int LIMIT_SECONDS = 180;

  @TempDir Path directory;

  @Test
  void everyCheckPassesAndNothingIsLeftBehind() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Ran demo = demo(temporary);
    assertEquals(0, demo.code(), demo.output());
    assertTrue(demo.output().contains("dkim=pass dkim=pass dmarc=pass spf=pass"), demo.output());
    assertTrue(demo.output().contains("signed       by trial (rsa-sha256), trial-ed (ed25519-"));
    try (Stream<Path> left = Files.list(temporary)) {
      List<Path> ours =
          left.filter(p -> String.valueOf(p.getFileName()).startsWith("facteur-demo-")).toList();
      assertEquals(List.of(), ours);
    }
  }

  @Test
  @Tag("peer")
  void pythonsDkimLibraryVerifiesWhatArrived() throws Exception {
    boolean there = run(List.of(PYTHON, "-c", "import dkim, nacl"), LIMIT_SECONDS).code() == 0;
    if (!there && System.getenv("CI") != null) {
      fail("apt-get install python3-dkim");
    }
    Assumptions.assumeTrue(there, "not run: apt-get install python3-dkim");
    Ran demo = demo(Files.createDirectory(directory.resolve("tmp")));
    assertEquals(0, demo.code(), demo.output());
    Path script = directory.resolve("verify.py");
    try (var source = DemoTest.class.getResourceAsStream("verify.py")) {
      Files.copy(Objects.requireNonNull(source), script);
    }
    Ran verified = run(List.of(PYTHON, script.toString(), dump().toString()), LIMIT_SECONDS);
    assertEquals(
        List.of(
            "01-honest.eml trial pass",
            "01-honest.eml trial-ed pass",
            "02-answer.eml trial pass",
            "02-answer.eml trial-ed pass",
            "03-altered.eml trial fail",
            "03-altered.eml trial-ed fail",
            "05-revoked-key.eml old fail"),
        verified.output().lines().toList());
  }

  private Path dump() {
    return directory.resolve("dump");
  }

  private Ran demo(Path temporary) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("net.facteur.server.cli.Facteur", "demo", "--once"));
    command.addAll(List.of("--dir", directory.resolve("state").toString()));
    command.addAll(List.of("--dump", dump().toString()));
    return run(command, LIMIT_SECONDS);
  }

  private record Ran(int code, String output) {}

  private Ran run(List<String> command, int seconds) throws Exception {
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(
          process.waitFor(seconds, TimeUnit.SECONDS),
          () -> command.getFirst() + " takes longer than " + seconds + " s");
    } finally {
      process.destroyForcibly();
    }
    return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }
}
