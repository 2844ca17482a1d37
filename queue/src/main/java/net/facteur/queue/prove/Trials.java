package net.facteur.queue.prove;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// How the processes of trials are started, and what they left is read.
///
/// @param java the program
/// @param classPath that of this module and what it needs
public record Trials(Path java, String classPath) {
  /// With the Java and the class path of this process.
  public static Trials ofThisProcess() {
    return new Trials(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        System.getProperty("java.class.path"));
  }

  /// The command that runs a [QueueProcess].
  public List<String> command(Path directory, String mode, long seed, String... rest) {
    var command =
        new ArrayList<>(
            List.of(
                java.toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Dlog4j2.statusLoggerLevel=OFF",
                "-cp",
                classPath,
                QueueProcess.class.getName(),
                directory.toString(),
                mode,
                Long.toString(seed)));
    command.addAll(List.of(rest));
    return command;
  }

  Process start(Path directory, String mode, long seed) throws IOException {
    return new ProcessBuilder(command(directory, mode, seed))
        .redirectOutput(directory.resolve("output").toFile())
        .redirectError(directory.resolve("errors").toFile())
        .start();
  }

  /// Hashes by id of everything that processes in a directory said they accepted.
  static Map<String, String> accepted(Path directory) throws IOException {
    var accepted = new HashMap<String, String>();
    for (String line : lines(directory.resolve("accepted"))) {
      if (line.length() == 16 + 1 + 64) {
        accepted.put(line.substring(0, 16), line.substring(17));
      }
    }
    return accepted;
  }

  /// What arrived at the next hop.
  ///
  /// @param times how often each id arrived as a delivery or a report
  /// @param altered lines whose hash is not that of what was accepted
  record Arrivals(Map<String, Integer> times, List<String> altered) {
    static Arrivals read(Path directory, Map<String, String> accepted) throws IOException {
      var times = new HashMap<String, Integer>();
      var altered = new ArrayList<String>();
      for (String line : lines(directory.resolve("arrived"))) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[2].equals(accepted.getOrDefault(words[1], words[2]))) {
          altered.add(line);
        } else {
          times.merge(words[1], 1, Integer::sum);
        }
      }
      return new Arrivals(times, altered);
    }

    int twice() {
      return (int) times.values().stream().filter(n -> n > 1).count();
    }
  }

  /// The whole lines of a file, the last of which may have been cut off.
  public static List<String> lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    var lines = new ArrayList<>(List.of(Files.readString(file).split("\n", -1)));
    lines.removeLast();
    return lines;
  }

  /// A new directory for trials, with its true name.
  ///
  /// @param above on the disk that is to be tried
  public static Path directory(Path above) throws IOException {
    return Files.createTempDirectory(above, "facteur-prove-").toRealPath();
  }

  /// Deletes a directory with all that is in it.
  public static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
