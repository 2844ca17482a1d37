package net.facteur.queue.prove;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// Gives a process with a real queue a file system of 48 MiB, which nobody else sees, and mail
/// until nothing more goes in. What was accepted arrives, although there is no room.
public final class FullDiskTrial {
  private static final String ON_A_SMALL_DISK =
      "mount -t tmpfs -o size=48m,mode=0700 tmpfs \"$0\" && exec \"$@\"";
  private static final int LONGEST_MINUTES = 5;

  private FullDiskTrial() {}

  /// @param refused how often mail was refused for want of room
  public record Outcome(int accepted, int refused, Set<String> lost, List<String> altered) {
    public boolean kept() {
      return refused > 0 && lost.isEmpty() && altered.isEmpty();
    }
  }

  /// @return empty where this machine lets nobody make a small file system
  public static Optional<Outcome> run(Trials trials, Path directory, long seed)
      throws IOException, InterruptedException {
    Path queue = Files.createDirectories(directory.resolve("queue"));
    if (!mayMount(queue)) {
      return Optional.empty();
    }
    var command =
        new ArrayList<>(List.of("unshare", "-rm", "sh", "-c", ON_A_SMALL_DISK, queue.toString()));
    command.addAll(trials.command(directory, "fill", seed));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("output").toFile())
            .redirectError(directory.resolve("errors").toFile())
            .start();
    if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new TrialFailedException(
          "the queue on a full disk does not run dry: "
              + Files.readString(directory.resolve("errors")));
    }
    Map<String, String> accepted = Trials.accepted(directory);
    Trials.Arrivals arrivals = Trials.Arrivals.read(directory, accepted);
    var lost = new TreeSet<String>(accepted.keySet());
    lost.removeAll(arrivals.times().keySet());
    int refused = Trials.lines(directory.resolve("refused")).size();
    return Optional.of(new Outcome(accepted.size(), refused, lost, arrivals.altered()));
  }

  private static boolean mayMount(Path queue) throws InterruptedException {
    try {
      Process tried =
          new ProcessBuilder("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", queue.toString())
              .redirectErrorStream(true)
              .start();
      tried.getInputStream().readAllBytes();
      return tried.waitFor() == 0;
    } catch (IOException _) {
      return false; // there is no unshare
    }
  }
}
