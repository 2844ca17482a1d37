package net.facteur.queue.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import net.facteur.queue.prove.Trials;
import net.facteur.queue.sql.SharedPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes share a queue, and one is killed in the middle of its work: the other delivers or
/// reports what it left. Twice arrives only what the dead node had delivered and not recorded.
class KilledNodeTest {
  private static final int MESSAGES = 600;
  private static final int MANY_MESSAGES = 5000;

  @RegisterExtension private static final SharedPostgres POSTGRES = new SharedPostgres();

  @TempDir private Path directory;

  @Test
  void theMailOfADeadNodeIsDeliveredByTheOther() throws IOException, InterruptedException {
    kill(MESSAGES);
  }

  @Test
  @Tag("long")
  void theMuchMailOfADeadNodeIsDeliveredByTheOther() throws IOException, InterruptedException {
    kill(MANY_MESSAGES);
  }

  private void kill(int messages) throws IOException, InterruptedException {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("seed " + seed);
    String url = POSTGRES.database(Duration.ofMinutes(1)).url();
    Process doomed = start("doomed", seed, messages, url);
    Process other = start("other", seed + 1, messages, url);
    int until = messages / 4 + new Random(seed).nextInt(messages / 4);
    while (Trials.lines(log("doomed")).size() < until) {
      assertTrue(doomed.isAlive(), () -> text(errors("doomed")));
      Thread.sleep(2);
    }
    // SIGKILL: no handler, no flush, no word to the others.
    doomed.destroyForcibly();
    assertEquals(137, doomed.waitFor());
    assertTrue(other.waitFor(5, TimeUnit.MINUTES), "the queue does not run dry");
    assertEquals(0, other.exitValue(), () -> text(errors("other")));
    check();
  }

  private void check() throws IOException {
    var accepted = new HashMap<String, String>();
    for (String node : List.of("doomed", "other")) {
      for (String line : Trials.lines(log(node))) {
        accepted.put(line.substring(0, 16), line.substring(17));
      }
    }
    List<String> byDoomed = arrived("doomed", accepted);
    List<String> byOther = arrived("other", accepted);
    Set<String> missing = new TreeSet<>(accepted.keySet());
    missing.removeAll(byDoomed);
    missing.removeAll(byOther);
    assertEquals(Set.of(), missing, "lost");
    var once = new HashSet<>(byOther);
    assertEquals(byOther.size(), once.size(), "the living node delivers nothing twice");
    assertEquals(byDoomed.size(), new HashSet<>(byDoomed).size());
    once.retainAll(byDoomed);
    System.out.printf(
        "accepted %d, by the dead node %d, by the other %d, of these twice %d%n",
        accepted.size(), byDoomed.size(), byOther.size(), once.size());
    assertTrue(byOther.size() > MESSAGES / 2, "the living node worked");
  }

  /// The ids that a node delivered or reported, with the right octets.
  private List<String> arrived(String node, Map<String, String> accepted) throws IOException {
    var ids = new ArrayList<String>();
    for (String line : Trials.lines(directory.resolve(node).resolve("arrived"))) {
      String[] words = line.split(" ", -1);
      assertEquals(3, words.length, line);
      assertEquals(accepted.getOrDefault(words[1], words[2]), words[2], "altered: " + line);
      ids.add(words[1]);
    }
    return ids;
  }

  private Process start(String node, long seed, int messages, String url) throws IOException {
    return new ProcessBuilder(
            KilledQueueTest.trials()
                .command(
                    Files.createDirectory(directory.resolve(node)),
                    "share",
                    seed,
                    Integer.toString(messages),
                    url))
        .redirectOutput(directory.resolve(node + ".output").toFile())
        .redirectError(errors(node).toFile())
        .start();
  }

  private Path log(String node) {
    return directory.resolve(node).resolve("accepted");
  }

  private Path errors(String node) {
    return directory.resolve(node + ".errors");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
