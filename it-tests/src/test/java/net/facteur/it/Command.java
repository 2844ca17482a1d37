package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A program that has run to its end.
///
/// @param output what it wrote to standard output and standard error, one `char` per octet
record Command(List<String> line, int exitCode, String output) {
  private static final int LIMIT_SECONDS = 60;

  /// Runs a program without input.
  static Command run(String... line) throws IOException {
    return run(Optional.empty(), line);
  }

  /// Runs a program with a file as its input.
  static Command with(Path input, String... line) throws IOException {
    return run(Optional.of(input), line);
  }

  /// Runs a program that may take a quarter of an hour.
  static Command patiently(String... line) throws IOException {
    return run(Optional.empty(), 15 * LIMIT_SECONDS, line);
  }

  /// Runs a program that may take an hour.
  static Command atLeisure(String... line) throws IOException {
    return run(Optional.empty(), 60 * LIMIT_SECONDS, line);
  }

  private static Command run(Optional<Path> input, String... line) throws IOException {
    return run(input, LIMIT_SECONDS, line);
  }

  private static Command run(Optional<Path> input, int seconds, String... line) throws IOException {
    Path output = Files.createTempFile("facteur-it-", ".out");
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectInput(input.orElse(Path.of("/dev/null")).toFile())
              .redirectOutput(output.toFile())
              .start();
      if (!ended(process, seconds)) {
        process.destroyForcibly();
        throw new AssertionError(List.of(line) + " did not end: " + read(output));
      }
      return new Command(List.of(line), process.exitValue(), read(output));
    } finally {
      Files.delete(output);
    }
  }

  private static boolean ended(Process process, int seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Asks a process to stop, and kills it where it does not.
  static void stop(Process process) {
    process.destroy();
    if (!ended(process, LIMIT_SECONDS)) {
      process.destroyForcibly();
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  /// The output, once the program has said that all went well.
  String succeeded() {
    assertEquals(0, exitCode, () -> line + ": " + output);
    return output;
  }
}
