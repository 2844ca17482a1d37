package net.facteur.queue.prove;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// All trials, one after the other, within a time.
///
/// @param kills half of the time
/// @param powerCuts two fifths of it; empty where this machine has no compiler
/// @param fullDisk empty where this machine lets nobody make a small file system
public record Proof(
    SyncTrial.Outcome sync,
    KillTrial.Outcome kills,
    Optional<PowerCutTrial.Outcome> powerCuts,
    Optional<FullDiskTrial.Outcome> fullDisk) {
  private static final int MESSAGES = 250;
  private static final int CUTS_OF_A_RECORD = 160;

  /// Told how far the trials are.
  public interface Progress {
    void sync();

    void kills(int done);

    void powerCuts(int done);

    void fullDisk();
  }

  /// True where nothing was lost or altered. What was not tried does not count.
  public boolean kept() {
    return kills.kept()
        && powerCuts.map(PowerCutTrial.Outcome::kept).orElse(true)
        && fullDisk.map(FullDiskTrial.Outcome::kept).orElse(true);
  }

  /// Runs the trials.
  ///
  /// @param directory an empty one, on the disk that is tried; what is made in it goes again
  /// @param budget about how long it may take, at least a minute
  /// @throws TrialFailedException where a trial does not work at all
  public static Proof run(
      Trials trials,
      Path directory,
      Duration budget,
      long seed,
      InstantSource clock,
      Progress progress)
      throws IOException, InterruptedException {
    var random = new Random(seed);
    progress.sync();
    SyncTrial.Outcome sync = SyncTrial.run(directory);
    Instant start = clock.instant();
    Instant killsEnd = start.plus(budget.dividedBy(2));
    Path killed = Files.createDirectory(directory.resolve("kills"));
    KillTrial.Outcome kills =
        new KillTrial(trials, killed, random)
            .run(
                done -> {
                  progress.kills(done);
                  return done == 0 || clock.instant().isBefore(killsEnd);
                });
    Trials.delete(killed);
    Optional<PowerCutTrial.Outcome> cuts =
        PowerCutTrial.canRecord()
            ? Optional.of(
                cutPower(
                    trials,
                    directory,
                    random,
                    clock,
                    clock.instant().plus(budget.multipliedBy(2).dividedBy(5)),
                    progress))
            : Optional.empty();
    progress.fullDisk();
    Path full = Files.createDirectory(directory.resolve("full"));
    Optional<FullDiskTrial.Outcome> fullDisk = FullDiskTrial.run(trials, full, random.nextLong());
    Trials.delete(full);
    return new Proof(sync, kills, cuts, fullDisk);
  }

  /// Several records, each cut at places all over it, until the time is over.
  private static PowerCutTrial.Outcome cutPower(
      Trials trials,
      Path directory,
      Random random,
      InstantSource clock,
      Instant end,
      Progress progress)
      throws IOException, InterruptedException {
    var all = new PowerCutTrial.Outcome(0, 0, 0, Map.of());
    do {
      Path cut = Files.createDirectory(directory.resolve("cuts"));
      int before = all.cuts();
      all =
          all.and(
              new PowerCutTrial(trials, cut, random, MESSAGES)
                  .run(
                      "",
                      List.of(),
                      CUTS_OF_A_RECORD,
                      done -> {
                        progress.powerCuts(before + done);
                        return true;
                      }));
      Trials.delete(cut);
    } while (all.kept() && clock.instant().isBefore(end));
    return all;
  }
}
