package net.facteur.server.demo;

import static net.facteur.server.demo.DemoTexts.SAY;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.tls.CertificateAuthority;
import tools.jackson.databind.json.JsonMapper;

/// The trial from the first line on the screen to the last.
public final class Demo {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Options options;
  private final Launcher launcher;
  private final Screen screen;
  private final InstantSource clock;
  private final SecureRandom random;

  /// What to do.
  ///
  /// @param once end after the round trip, with a verdict
  /// @param dump where to write what arrived
  /// @param state see [DemoState]
  /// @param started when the program was started
  /// @param program what calls the program
  public record Options(
      boolean once, Optional<Path> dump, Path state, Instant started, String program) {}

  /// @param launcher starts the servers
  Demo(
      Options options, Launcher launcher, Screen screen, InstantSource clock, SecureRandom random) {
    this.options = options;
    this.launcher = launcher;
    this.screen = screen;
    this.clock = clock;
    this.random = random;
  }

  /// What a run came to.
  ///
  /// @param toFirstDelivery from the start of the program
  record Report(List<Outcome> outcomes, Optional<Duration> toFirstDelivery) {
    boolean passed() {
      return outcomes.stream().allMatch(Outcome::passed);
    }

    /// For programs, and so the same in every language.
    String json() {
      var messages = new ArrayList<Map<String, Object>>();
      for (Outcome outcome : outcomes) {
        var message = new LinkedHashMap<String, Object>();
        message.put("name", outcome.trial().name().toLowerCase(Locale.ROOT));
        message.put("honest", outcome.trial().honest());
        message.put("passed", outcome.passed());
        message.put(
            "faults", outcome.faults().stream().map(fault -> fault.in(Language.ENGLISH)).toList());
        message.put("results", outcome.results());
        outcome.refusal().ifPresent(reply -> message.put("refused", reply));
        outcome.arrived().ifPresent(m -> message.put("mailbox", m.mailbox()));
        messages.add(message);
      }
      var all = new LinkedHashMap<String, Object>();
      all.put("passed", passed());
      toFirstDelivery.ifPresent(d -> all.put("first_delivery_ms", d.toMillis()));
      all.put("messages", messages);
      return JsonMapper.shared().writeValueAsString(all);
    }
  }

  /// Runs the trial, and then, unless it is for once, stays until the thread is interrupted.
  Report run() throws IOException, InterruptedException {
    DemoState state = DemoState.in(options.state());
    if (!options.once() && state.running().isPresent()) {
      throw new ToldException(SAY.runsAlready(state.running().get()));
    }
    screen.line(SAY.starting());
    Stage stage = Stage.raise(launcher, clock, random);
    var hook = new Thread(() -> end(stage, state), "demo-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return play(stage, state);
    } finally {
      if (removed(hook)) {
        end(stage, state);
      }
    }
  }

  private Report play(Stage stage, DemoState state) throws IOException, InterruptedException {
    new Directions(stage, state, screen, options.program()).introduce();
    var scenario = new Scenario(stage, screen, message -> keep(state, message), clock, random);
    var outcomes = new ArrayList<Outcome>();
    Optional<Duration> toFirstDelivery = Optional.empty();
    for (Trial trial : Trial.values()) {
      Outcome outcome = scenario.run(trial);
      outcomes.add(outcome);
      if (toFirstDelivery.isEmpty() && outcome.arrived().isPresent()) {
        toFirstDelivery = Optional.of(Duration.between(options.started(), clock.instant()));
      }
    }
    var report = new Report(List.copyOf(outcomes), toFirstDelivery);
    conclude(report);
    if (options.dump().isPresent()) {
      dump(options.dump().get(), stage, report);
    }
    if (!options.once()) {
      stay(stage, state, scenario);
    }
    return report;
  }

  private void conclude(Report report) {
    screen.title(SAY.verdict());
    for (Outcome outcome : report.outcomes()) {
      screen.verdict(
          outcome.passed(),
          Text.joined(
              " ",
              List.of(
                  Text.of(String.format("%-40s", outcome.trial().title().in(screen.language()))),
                  outcome.summary())));
    }
    report
        .toFirstDelivery()
        .ifPresent(
            d ->
                screen.step(
                    SAY.wordTime(),
                    SAY.firstDelivered(
                        String.format(
                            Locale.of(screen.language().code()), "%.1f", d.toMillis() / 1000.0))));
  }

  private void stay(Stage stage, DemoState state, Scenario scenario)
      throws IOException, InterruptedException {
    CertificateAuthority.write(List.of(stage.authority().certificate()), state.authority());
    state.started(
        ProcessHandle.current().pid(), stage.actors().stream().map(a -> a.server().pid()).toList());
    new Directions(stage, state, screen, options.program()).direct();
    while (true) {
      scenario.watch();
      Thread.sleep(POLL);
    }
  }

  private static void keep(DemoState state, ArrivedMessage message) {
    try {
      state.arrived(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes each message that arrived, and the zones as `zone.json`, so that others can check.
  private static void dump(Path directory, Stage stage, Report report) throws IOException {
    DurableDirectory.open(directory).make();
    for (Outcome outcome : report.outcomes()) {
      if (outcome.arrived().isPresent()) {
        DurableFile.open(directory.resolve(outcome.trial().fileName()))
            .replace(outcome.arrived().get().octets());
      }
    }
    DurableFile.open(directory.resolve("zone.json"))
        .replace(JsonMapper.shared().writeValueAsString(stage.names().snapshot()));
  }

  private void end(Stage stage, DemoState state) {
    stage.close();
    if (!options.once()) {
      try {
        state.ended();
      } catch (IOException e) {
        screen.line(SAY.cannotTidyUp(String.valueOf(e.getMessage())));
      }
    }
  }

  /// False where the JVM is going down already, and the hook is at work.
  private static boolean removed(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      return false;
    }
  }
}
