package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import net.facteur.server.destinations.SampleDestinations;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DestinationsCommandTest {
  @TempDir private Path directory;

  private Path settings = Path.of("mail.conf");

  @BeforeEach
  void settings() throws IOException {
    settings =
        Files.writeString(
            directory.resolve("mail.conf"),
            """
            hostname = mail.example.org
            domains { "example.org" { dkim.selector = s1 } }
            directories.data = "%s"
            """
                .formatted(directory));
    Files.createDirectories(directory.resolve("queue"));
  }

  private CommandRun run(String language, String... arguments) {
    return CommandRun.with(
        Map.of("LANG", language, "COLUMNS", "80"), settings, Map.of(), arguments);
  }

  /// As a server leaves it behind.
  private void keep(Instant now) throws IOException, SQLException {
    SampleDestinations.keep(directory.resolve("queue"), now, "\u001b[31m");
  }

  @Test
  void theListHasEachProviderOnce() throws Exception {
    keep(Instant.now());
    CommandRun run = run("en_GB.UTF-8", "destinations");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("microsoft"), run.out());
    assertTrue(run.out().contains("google"), run.out());
    assertTrue(run.out().contains("1/30s"), run.out());
  }

  @Test
  void theStoryOfOneIsToldByItsNameADomainOrAnAddress() throws Exception {
    keep(Instant.now());
    for (String name : new String[] {"microsoft", "verein.example", "alice@verein.example"}) {
      CommandRun run = run("en_GB.UTF-8", "destinations", name);
      assertEquals(0, run.code(), run.err());
      assertTrue(run.out().contains("Microsoft (Outlook.com, Microsoft 365)"), run.out());
      assertTrue(run.out().contains("block list"), run.out());
      assertTrue(run.out().contains("https://olcsupport.office.com/"), run.out());
      assertTrue(run.out().contains("TLSv1.3 60"), run.out());
      assertTrue(run.out().indexOf('\u001b') < 0, "what strangers sent moves no cursor");
    }
    CommandRun french = run("fr_FR.UTF-8", "destinations", "microsoft");
    assertTrue(french.out().contains("Remplissez le formulaire"), french.out());
  }

  @Test
  void scriptsGetJson() throws Exception {
    keep(Instant.now());
    CommandRun run = run("en_GB.UTF-8", "destinations", "--json", "microsoft");
    JsonNode story = new JsonMapper().readTree(run.out());
    assertEquals(60, story.get("attempts").asInt());
    assertEquals(45, story.get("delivered").asInt());
    assertEquals(15, story.get("refused").asInt());
    assertEquals("US", story.get("said").get(0).get("about").asString());
    assertEquals("microsoft-block-list", story.get("said").get(0).get("entry").asString());
    assertEquals(2, run("en", "destinations", "--json").out().lines().count());
  }

  @Test
  void whereNothingIsKnownItIsSaid() {
    CommandRun run = run("en_GB.UTF-8", "destinations");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("No mail"), run.out());
    assertEquals(2, run("en", "destinations", "--since", "soon").code());
  }
}
