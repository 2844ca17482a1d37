package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Every Java source is formatted as google-java-format does it.
class FormatTest {
  @Test
  void everySourceIsFormatted() throws Exception {
    Path root = Path.of("..").toAbsolutePath().normalize();
    Process check =
        new ProcessBuilder(root.resolve(".ci/format").toString(), "--check")
            .directory(root.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, check.waitFor(), () -> "run .ci/format, it would change:\n" + output);
  }
}
