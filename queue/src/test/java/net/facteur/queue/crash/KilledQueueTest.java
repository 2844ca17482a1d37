package net.facteur.queue.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.sql.SqlInspector;
import org.apache.logging.log4j.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteJDBCLoader;

/// A process with a real queue is killed again and again while it accepts, delivers and reports:
/// what it had said it accepted is delivered, reported or queued, by id and by SHA-256.
class KilledQueueTest {
  private static final int KILLS = 10;
  private static final int MANY_KILLS = 100;

  /// Octets of a line that names an accepted message: id, space, hash, line end.
  private static final int LINE = 16 + 1 + 64 + 1;

  @TempDir private Path directory;

  @Test
  void whatWasAcceptedIsThereAfterEveryKill() throws IOException, InterruptedException {
    kill(KILLS);
  }

  @Test
  @Tag("long")
  void whatWasAcceptedIsThereAfterManyKills() throws IOException, InterruptedException {
    kill(MANY_KILLS);
  }

  private void kill(int kills) throws IOException, InterruptedException {
    long seed = Long.getLong("facteur.seed", 5321);
    var random = new Random(seed);
    System.out.println("seed " + seed);
    for (int kill = 1; kill <= kills; kill++) {
      Path log = directory.resolve("accepted-" + kill);
      Process process = start("feed", random.nextLong(), log);
      awaitLines(process, log, 50 + random.nextInt(500));
      // SIGKILL: no handler, no flush.
      process.destroyForcibly();
      assertEquals(137, process.waitFor());
      Map<String, String> accepted = accepted();
      Set<String> missing = new TreeSet<>(accepted.keySet());
      missing.removeAll(arrived(accepted).keySet());
      missing.removeAll(queued());
      assertEquals(Set.of(), missing, "lost at kill " + kill + " of seed " + seed);
    }
    Path log = directory.resolve("drained");
    Process last = start("drain", 0, log);
    assertTrue(last.waitFor(5, TimeUnit.MINUTES), "the queue does not run dry");
    assertEquals(0, last.exitValue(), Files.readString(log));
    Map<String, String> accepted = accepted();
    Map<String, Integer> arrived = arrived(accepted);
    Set<String> missing = new TreeSet<>(accepted.keySet());
    missing.removeAll(arrived.keySet());
    assertEquals(Set.of(), missing, "lost, seed " + seed);
    long duplicates = arrived.values().stream().filter(times -> times > 1).count();
    System.out.printf(
        "accepted %d, arrived %d, of these twice %d, after %d kills%n",
        accepted.size(), arrived.size(), duplicates, kills);
  }

  private Process start(String what, long seed, Path log) throws IOException {
    return new ProcessBuilder(java(directory, what, seed))
        .redirectOutput(log.toFile())
        .redirectError(directory.resolve("errors").toFile())
        .start();
  }

  /// The command that runs a [QueueProcess].
  static List<String> java(Path directory, String what, long seed) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dlog4j2.statusLoggerLevel=OFF",
        "-cp",
        classPath(),
        QueueProcess.class.getName(),
        directory.toString(),
        what,
        Long.toString(seed));
  }

  private static Class<?> postgres() {
    try {
      return DriverManager.getDriver("jdbc:postgresql://127.0.0.1/x").getClass();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Where this test's classes came from, whoever loaded them.
  private static String classPath() {
    return Stream.of(
            QueueProcess.class,
            SqlInspector.class,
            SQLiteJDBCLoader.class,
            postgres(),
            Logger.class)
        .map(
            type ->
                Path.of(
                    URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString())))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void awaitLines(Process process, Path log, int lines)
      throws IOException, InterruptedException {
    while (Files.size(log) < (long) lines * LINE) {
      assertTrue(process.isAlive(), () -> "died: " + text(directory.resolve("errors")));
      Thread.sleep(5);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// The whole lines of a file, the last of which may have been cut off.
  static List<String> lines(Path file) throws IOException {
    var lines = new ArrayList<>(List.of(Files.readString(file).split("\n", -1)));
    lines.removeLast();
    return lines;
  }

  /// Hashes by id of everything a process said it accepted.
  private Map<String, String> accepted() throws IOException {
    var accepted = new HashMap<String, String>();
    for (int kill = 1; kill <= MANY_KILLS; kill++) {
      Path log = directory.resolve("accepted-" + kill);
      if (Files.exists(log)) {
        for (String line : lines(log)) {
          if (line.length() == 16 + 1 + 64) {
            accepted.put(line.substring(0, 16), line.substring(17));
          }
        }
      }
    }
    return accepted;
  }

  /// How often each id arrived as a delivery or a report, its hash being right.
  private Map<String, Integer> arrived(Map<String, String> accepted) throws IOException {
    var arrived = new HashMap<String, Integer>();
    Path file = directory.resolve("arrived");
    for (String line : Files.exists(file) ? lines(file) : List.<String>of()) {
      String[] words = line.split(" ", -1);
      assertEquals(3, words.length, line);
      assertEquals(accepted.getOrDefault(words[1], words[2]), words[2], "altered: " + line);
      arrived.merge(words[1], 1, Integer::sum);
    }
    return arrived;
  }

  /// Ids still queued, and those that a queued report is about: a reader without the server sees
  /// what is on the disk.
  private Set<String> queued() throws IOException {
    var ids = new HashSet<String>();
    try (SqlInspector inspector =
        SqlInspector.open(directory.resolve("queue"), InstantSource.system())) {
      List<Listed> page = inspector.list(QueueFilter.ALL, 1000);
      while (!page.isEmpty()) {
        page.forEach(listed -> ids.add(listed.id().text()));
        page.forEach(
            listed -> {
              if (listed.origin().startsWith("report ")) {
                ids.add(listed.origin().substring("report ".length()));
              }
            });
        page = inspector.list(QueueFilter.ALL, page.getLast().id(), 1000);
      }
    }
    return ids;
  }
}
