package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import net.facteur.it.scenario.Mistake;
import net.facteur.it.scenario.Scenario;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Every scenario below `it-tests/scenarios`, a server of its own for each. `README.md` there says
/// how to write one. `-Dscenario=TEXT` plays those alone whose directory holds the text.
class ScenariosTest {
  private static final Path SCENARIOS = Path.of("scenarios").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Scenarios wait more than they work.
  private static final int AT_ONCE = 3;

  @TempDir private static Path directory;

  private static final ExecutorService PLAYERS = Executors.newFixedThreadPool(AT_ONCE);

  /// Those that look at the log are played alone, since all servers of a process share it.
  private static final ReadWriteLock LOG = new ReentrantReadWriteLock(true);

  @AfterAll
  static void end() {
    PLAYERS.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> scenarios() throws IOException {
    String wanted = System.getProperty("scenario", "");
    List<Path> directories;
    try (Stream<Path> all = Files.list(SCENARIOS)) {
      directories =
          all.filter(Files::isDirectory)
              .filter(path -> path.getFileName().toString().contains(wanted))
              .sorted()
              .toList();
    }
    // All are begun before the first is waited for.
    return directories.stream().map(ScenariosTest::begun).toList().stream();
  }

  private static DynamicTest begun(Path path) {
    Future<List<Mistake>> played = PLAYERS.submit(() -> play(path));
    return DynamicTest.dynamicTest(
        title(path), path.resolve("dialog").toUri(), () -> holds(played));
  }

  private static String title(Path path) {
    try {
      return path.getFileName()
          + ": "
          + switch (Scenario.read(path)) {
            case Scenario.Good(Scenario scenario) -> scenario.title();
            case Scenario.Wrong _ -> "cannot be read";
          };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Mistake> play(Path path) throws Exception {
    return switch (Scenario.read(path)) {
      case Scenario.Wrong(List<Mistake> mistakes) -> mistakes;
      case Scenario.Good(Scenario scenario) ->
          holding(
              ScenarioRun.readsLog(scenario) ? LOG.writeLock() : LOG.readLock(),
              () ->
                  ScenarioRun.play(
                      scenario,
                      Files.createDirectory(directory.resolve(path.getFileName())),
                      PATIENCE));
    };
  }

  private static <T> T holding(Lock lock, Callable<T> work) throws Exception {
    lock.lock();
    try {
      return work.call();
    } finally {
      lock.unlock();
    }
  }

  private static void holds(Future<List<Mistake>> played) throws Throwable {
    try {
      assertEquals("", Mistake.text(played.get()));
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }
}
