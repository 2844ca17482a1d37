package net.facteur.queue.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.queue.prove.KillTrial;
import net.facteur.queue.prove.Trials;
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
    System.out.println("seed " + seed);
    KillTrial.Outcome outcome =
        new KillTrial(trials(), directory, new Random(seed)).run(done -> done < kills);
    assertEquals(Set.of(), outcome.lost(), "lost at kill " + outcome.kills() + " of seed " + seed);
    assertEquals(List.of(), outcome.altered());
    assertEquals(kills, outcome.kills());
    System.out.println(outcome);
  }

  /// Processes with the classes of this test, whoever loaded them.
  static Trials trials() {
    String classPath =
        Stream.of(
                Trials.class, SqlInspector.class, SQLiteJDBCLoader.class, postgres(), Logger.class)
            .map(
                type ->
                    Path.of(
                        URI.create(
                            type.getProtectionDomain().getCodeSource().getLocation().toString())))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    return new Trials(Path.of(System.getProperty("java.home"), "bin", "java"), classPath);
  }

  private static Class<?> postgres() {
    try {
      return DriverManager.getDriver("jdbc:postgresql://127.0.0.1/x").getClass();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
