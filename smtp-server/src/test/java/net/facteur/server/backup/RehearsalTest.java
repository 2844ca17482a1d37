package net.facteur.server.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.cli.Facteur;
import net.facteur.server.language.Language;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starts the program on backups, each in a process of its own.
@Tag("long")
class RehearsalTest {
  @TempDir private Path directory;

  private List<Rehearsal.Step> rehearse(SmallServer server) throws Exception {
    Path file = directory.resolve("backup.tar.gz");
    new Backup(server.settings(), "1", SmallServer.CLOCK, Backup.Progress.NONE)
        .make(new Backup.Wish(new Backup.To.File(file), List.of(), true, Optional.empty()));
    Path top = directory.resolve("rehearsal");
    List<Rehearsal.Step> steps =
        new Rehearsal(
                Restorable.check(file, Optional.empty(), 1L << 32, Backup.Progress.NONE),
                Reference.loader(Map.of(), Optional.of("x.example")),
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Facteur.class.getName()),
                true,
                Duration.ofMinutes(3),
                SmallServer.CLOCK)
            .run(top);
    assertFalse(Files.exists(top), "nothing of it remains");
    return steps;
  }

  private SmallServer whole() throws Exception {
    SmallServer server = SmallServer.in(directory.resolve("old"));
    server.fill(0, 40);
    // Only what a start looks at more closely than this test fills it.
    Files.delete(server.data().resolve("srs-secret"));
    Files.delete(server.data().resolve("addresses"));
    server.mail("alice", "1.M1.host,S=5", "hello");
    return server;
  }

  @Test
  void aGoodBackupStartsAndIsCounted() throws Exception {
    List<Rehearsal.Step> steps = rehearse(whole());
    assertEquals(
        List.of(),
        steps.stream()
            .filter(step -> !step.good())
            .map(step -> step.what().in(Language.ENGLISH))
            .toList());
  }

  @Test
  void oneThatDoesNotStartIsTold() throws Exception {
    SmallServer server = whole();
    server.write(server.data().resolve("srs-secret"), "");
    List<Rehearsal.Step> steps = rehearse(server);
    assertFalse(steps.getLast().good(), steps::toString);
  }
}
