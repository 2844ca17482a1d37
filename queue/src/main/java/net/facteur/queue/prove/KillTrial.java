package net.facteur.queue.prove;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.sql.SqlInspector;

/// Kills a process with a real queue (SIGKILL: no handler, no flush) while it accepts, delivers and
/// reports, again and again. What it had said it accepted is delivered, reported or queued after
/// each; in the end the queue runs dry, and everything has arrived.
public final class KillTrial {
  /// Octets of a line that names an accepted message: id, space, hash, line end.
  private static final int LINE = 16 + 1 + 64 + 1;

  private static final int LONGEST_MINUTES = 5;

  private final Trials trials;
  private final Path directory;
  private final Random random;

  /// @param directory an empty one, on the disk that is tried
  public KillTrial(Trials trials, Path directory, Random random) {
    this.trials = trials;
    this.directory = directory;
    this.random = random;
  }

  /// @param lost ids of what was accepted and is nowhere
  /// @param altered what arrived with other octets
  /// @param twice how many messages arrived more than once: those under way at a kill
  public record Outcome(
      int kills, int accepted, int arrived, int twice, Set<String> lost, List<String> altered) {
    public boolean kept() {
      return lost.isEmpty() && altered.isEmpty();
    }
  }

  /// @param again asked with the number of kills so far whether there is to be another
  /// @throws TrialFailedException where the processes do not work at all
  public Outcome run(IntPredicate again) throws IOException, InterruptedException {
    var lost = new TreeSet<String>();
    int kills = 0;
    while (lost.isEmpty() && again.test(kills)) {
      Path accepted = directory.resolve("accepted");
      long before = Files.exists(accepted) ? Files.size(accepted) : 0;
      Process process = trials.start(directory, "feed", random.nextLong());
      try {
        awaitLines(process, accepted, before + (50 + random.nextInt(500)) * (long) LINE);
      } finally {
        process.destroyForcibly();
        process.waitFor();
      }
      kills++;
      lost.addAll(missing(true));
    }
    Process last = trials.start(directory, "drain", 0);
    if (!last.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES) || last.exitValue() != 0) {
      last.destroyForcibly();
      throw new TrialFailedException("the queue does not run dry: " + errors());
    }
    lost.addAll(missing(false));
    Map<String, String> accepted = Trials.accepted(directory);
    Trials.Arrivals arrivals = Trials.Arrivals.read(directory, accepted);
    return new Outcome(
        kills,
        accepted.size(),
        arrivals.times().size(),
        arrivals.twice(),
        lost,
        arrivals.altered());
  }

  private Set<String> missing(boolean mayBeQueued) throws IOException {
    Map<String, String> accepted = Trials.accepted(directory);
    var missing = new TreeSet<String>(accepted.keySet());
    missing.removeAll(Trials.Arrivals.read(directory, accepted).times().keySet());
    if (mayBeQueued) {
      missing.removeAll(queued());
    }
    return missing;
  }

  private void awaitLines(Process process, Path accepted, long size)
      throws IOException, InterruptedException {
    while (!Files.exists(accepted) || Files.size(accepted) < size) {
      if (!process.isAlive()) {
        throw new TrialFailedException("the process died: " + errors());
      }
      Thread.sleep(5);
    }
  }

  private String errors() throws IOException {
    return Files.readString(directory.resolve("errors"));
  }

  /// Ids still queued, and those that a queued report is about: a reader without the server sees
  /// what is on the disk.
  private Set<String> queued() throws IOException {
    var ids = new HashSet<String>();
    try (SqlInspector inspector =
        SqlInspector.open(directory.resolve("queue"), InstantSource.system())) {
      List<Listed> page = inspector.list(QueueFilter.ALL, 1000);
      while (!page.isEmpty()) {
        for (Listed listed : page) {
          ids.add(listed.id().text());
          if (listed.origin().startsWith("report ")) {
            ids.add(listed.origin().substring("report ".length()));
          }
        }
        page = inspector.list(QueueFilter.ALL, page.getLast().id(), 1000);
      }
    }
    return ids;
  }
}
