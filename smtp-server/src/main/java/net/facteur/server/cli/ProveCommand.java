package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.queue.prove.FullDiskTrial;
import net.facteur.queue.prove.KillTrial;
import net.facteur.queue.prove.PowerCutTrial;
import net.facteur.queue.prove.Proof;
import net.facteur.queue.prove.SyncTrial;
import net.facteur.queue.prove.TrialFailedException;
import net.facteur.queue.prove.Trials;
import net.facteur.server.Version;
import net.facteur.server.language.Lines;
import net.facteur.server.language.Text;
import net.facteur.server.queue.StoreSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// Tries on this machine and its disk whether what was accepted is lost.
@Command(name = "prove")
final class ProveCommand implements Callable<Integer> {
  private static final ProveTexts SAY = ProveTexts.SAY;
  private static final int LEAST = 1;
  private static final int MOST = 24 * 60;
  private static final int COLUMNS = 76;

  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Option(names = "--minutes", paramLabel = "MINUTES", defaultValue = "10")
  private int minutes;

  @Option(names = "--dir", paramLabel = "DIR")
  private @Nullable Path place;

  @Option(names = "--seed", paramLabel = "NUMBER")
  private @Nullable Long seed;

  @Option(names = "--json")
  private boolean json;

  ProveCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (minutes < LEAST || minutes > MOST) {
      throw CommandFailedException.notUnderstood(
          SAY.proveNoMinutes(LEAST, MOST), SAY.proveTypeMinutes());
    }
    long start = seed == null ? workplace.random().nextLong() : seed;
    Path directory = directory();
    Thread cleaner = new Thread(() -> remove(directory));
    Runtime.getRuntime().addShutdownHook(cleaner);
    try {
      Proof proof =
          Proof.run(
              Trials.ofThisProcess(),
              directory,
              Duration.ofMinutes(minutes),
              start,
              workplace.clock(),
              new Shown());
      endProgress();
      if (json) {
        workplace.out().println(new JsonMapper().writeValueAsString(json(proof, start)));
      } else {
        print(proof, directory, start);
      }
      return proof.kept() ? Facteur.OK : Facteur.PROBLEM;
    } catch (TrialFailedException e) {
      endProgress();
      throw new CommandFailedException(
          SAY.proveFailed(String.valueOf(e.getMessage())), SAY.proveTypeFailed());
    } finally {
      Runtime.getRuntime().removeShutdownHook(cleaner);
      remove(directory);
    }
  }

  /// A directory on the disk of the queue, for these trials alone.
  private Path directory() {
    Path above =
        place != null
            ? place
            : StoreSettings.Place.from(option.read(workplace)).directory().toAbsolutePath();
    while (place == null && !Files.isDirectory(above) && above.getParent() != null) {
      above = above.getParent();
    }
    try {
      return Trials.directory(above);
    } catch (IOException e) {
      throw new CommandFailedException(
          SAY.proveNoPlace(above.toString(), String.valueOf(e.getMessage())), SAY.proveTypePlace());
    }
  }

  private static void remove(Path directory) {
    try {
      if (Files.exists(directory)) {
        Trials.delete(directory);
      }
    } catch (IOException _) {
      // a process of a trial that is still dying; nothing of the queue is here
    }
  }

  /// One line on the terminal that says how far the trials are.
  private final class Shown implements Proof.Progress {
    @Override
    public void sync() {
      say(SAY.proveMeasures());
    }

    @Override
    public void kills(int done) {
      say(SAY.proveKills(done));
    }

    @Override
    public void powerCuts(int done) {
      if (done % 10 == 0) {
        say(SAY.proveCuts(done));
      }
    }

    @Override
    public void fullDisk() {
      say(SAY.proveFills());
    }

    private void say(Text text) {
      if (workplace.colours() && !json) {
        workplace.err().print("\r\u001b[K" + workplace.say(text));
        workplace.err().flush();
      }
    }
  }

  private void endProgress() {
    if (workplace.colours() && !json) {
      workplace.err().print("\r\u001b[K");
      workplace.err().flush();
    }
  }

  private void print(Proof proof, Path directory, long start) {
    var lines = new ArrayList<Text>();
    lines.add(
        SAY.proveWhere(
            VersionCommand.text(),
            workplace.clock().instant().toString(),
            String.valueOf(directory.getParent()),
            proof.sync().fileSystem(),
            Long.toString(start)));
    lines.add(kills(proof.kills()));
    lines.add(cuts(proof.powerCuts()));
    lines.add(full(proof.fullDisk()));
    lines.add(sync(proof.sync()));
    if (!proof.kept()) {
      lines.add(SAY.proveLost());
    } else {
      lines.add(proof.sync().believable() ? SAY.proveKept() : SAY.proveDoubted());
    }
    workplace.out().println(workplace.bold(workplace.say(SAY.proveTitle())));
    for (Text line : lines) {
      workplace.out().println();
      workplace.out().println(Lines.broken(workplace.say(line), COLUMNS));
    }
  }

  private static Text kills(KillTrial.Outcome kills) {
    return kills.kept()
        ? SAY.proveKillsKept(kills.kills(), kills.accepted(), kills.twice())
        : SAY.proveKillsLost(
            kills.kills(), kills.accepted(), kills.lost().size() + kills.altered().size());
  }

  private static Text cuts(Optional<PowerCutTrial.Outcome> cuts) {
    return cuts.map(
            made ->
                made.kept()
                    ? SAY.proveCutsKept(made.cuts(), made.accepted())
                    : SAY.proveCutsLost(made.cuts(), made.accepted(), made.lost().size()))
        .orElse(SAY.proveCutsNot());
  }

  private static Text full(Optional<FullDiskTrial.Outcome> full) {
    return full.map(
            made ->
                made.kept()
                    ? SAY.proveFullKept(made.accepted(), made.refused())
                    : SAY.proveFullLost(
                        made.accepted(), made.lost().size() + made.altered().size()))
        .orElse(SAY.proveFullNot());
  }

  private static Text sync(SyncTrial.Outcome sync) {
    String median = milliseconds(sync.median());
    String worst = milliseconds(sync.worst());
    return sync.believable() ? SAY.proveSyncTrue(median, worst) : SAY.proveSyncFalse(median, worst);
  }

  private static String milliseconds(Duration time) {
    return String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e6);
  }

  private static Map<String, Object> json(Proof proof, long start) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("version", Version.PRESENT.text());
    shown.put("seed", start);
    shown.put("kept", proof.kept());
    shown.put(
        "sync",
        Map.of(
            "file-system", proof.sync().fileSystem(),
            "median-nanoseconds", proof.sync().median().toNanos(),
            "p99-nanoseconds", proof.sync().worst().toNanos(),
            "believable", proof.sync().believable()));
    KillTrial.Outcome kills = proof.kills();
    shown.put(
        "kills",
        Map.of(
            "kills", kills.kills(),
            "accepted", kills.accepted(),
            "twice", kills.twice(),
            "lost", List.copyOf(kills.lost()),
            "altered", kills.altered().size()));
    proof
        .powerCuts()
        .ifPresent(
            cuts ->
                shown.put(
                    "power-cuts",
                    Map.of("cuts", cuts.cuts(), "accepted", cuts.accepted(), "lost", cuts.lost())));
    proof
        .fullDisk()
        .ifPresent(
            full ->
                shown.put(
                    "full-disk",
                    Map.of(
                        "accepted", full.accepted(),
                        "refused", full.refused(),
                        "lost", List.copyOf(full.lost()))));
    return shown;
  }
}
