package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import net.facteur.server.migrate.OldServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MigrateCommandTest {
  @TempDir Path directory = Path.of("");

  @BeforeEach
  void server() {
    var _ =
        new OldServer(directory.resolve("old"))
            .with(
                "etc/postfix/main.cf",
                "myhostname = mail.example.org\nmydestination = example.org\ncanonical_maps ="
                    + " hash:x\n")
            .with("etc/passwd", "alice:x:1000:1000::/home/alice:/bin/sh\n")
            .with("etc/shadow", "alice:{PLAIN}secret:::::::\n")
            .with("etc/aliases", "postmaster: alice\n\u001b[2Jevil: x@example.net\n");
  }

  @Test
  void threeListsAreShownAndCheckFindsTheSettingsGood() throws IOException {
    Path to = directory.resolve("new");
    CommandRun run = run(Map.of(), "--to", to.toString());
    assertEquals(0, run.code(), run.err());
    for (String title :
        new String[] {"taken over (", "taken over otherwise (", "not taken over ("}) {
      assertTrue(run.out().contains(title), run.out());
    }
    assertTrue(run.out().contains("canonical_maps\n      has no counterpart"), run.out());
    assertFalse(run.out().contains("\u001b"), "nothing reaches the terminal raw");
    assertFalse(run.out().contains("secret"), "no password is shown");
    Path conf = to.resolve("conf/mail.conf");
    assertTrue(Files.readString(conf).contains("postmaster = \"alice@example.org\""));
    CommandRun again = run(Map.of(), "--to", to.toString());
    assertEquals(1, again.code());
    assertTrue(again.err().contains("is not overwritten"), again.err());
  }

  @Test
  void aTrialWritesNothingAndSpeaksJson() {
    CommandRun run =
        run(
            Map.of("LANG", "fr_FR.UTF-8"),
            "--dry-run",
            "--json",
            "--to",
            directory.resolve("new").toString());
    assertEquals(0, run.code(), run.err());
    JsonNode said = JsonMapper.shared().readTree(run.out());
    assertFalse(said.path("written").asBoolean());
    assertTrue(said.path("left").toString().contains("n'a pas d'\u00e9quivalent"), run.out());
    assertTrue(said.path("taken").size() > 2);
    assertTrue(Files.notExists(directory.resolve("new")));
  }

  @Test
  void whereNoPostfixIsThatIsSaid() {
    CommandRun run =
        CommandRun.with(
            Map.of(),
            Path.of("none"),
            "migrate",
            "postfix",
            "--from",
            directory.resolve("nothing").toString());
    assertEquals(1, run.code());
    assertTrue(run.err().contains("There is no Postfix here"), run.err());
    assertTrue(run.err().contains("facteur migrate postfix --from DIR"), run.err());
  }

  private CommandRun run(Map<String, String> environment, String... more) {
    var arguments = new java.util.ArrayList<String>();
    arguments.addAll(
        java.util.List.of("migrate", "postfix", "--from", directory.resolve("old").toString()));
    arguments.addAll(java.util.List.of(more));
    return CommandRun.with(environment, Path.of("none"), arguments.toArray(String[]::new));
  }
}
