package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.destinations.DestinationStore;
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
    Path queue = directory.resolve("queue");
    try (var store = DestinationStore.in(queue);
        var counts = SqlCountStore.in(queue, () -> now)) {
      assertTrue(store.since(now).isEmpty());
      counts.put("domain-provider", "verein.example", "microsoft " + now.getEpochSecond() / 86_400);
      counts.put(
          "destination-pace", "microsoft", now.toEpochMilli() + " 1 30000 " + now.toEpochMilli());
    }
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + queue.resolve(CountsDatabase.FILE_NAME));
        var hour =
            connection.prepareStatement("INSERT INTO destination_hour VALUES (?, ?, 'node', ?)");
        var said =
            connection.prepareStatement(
                "INSERT INTO destination_refused VALUES ('microsoft', 'x', 1, ?, 3,"
                    + " '06H2VHKJ9VNC3HWD', 'mx.example', '5.7.1', ?)")) {
      for (int i = 0; i < 30; i++) {
        hour.setString(1, i % 2 == 0 ? "microsoft" : "google");
        hour.setLong(2, now.getEpochSecond() / 3_600 - i);
        hour.setString(3, "a=4 d=3 f=1 r=1 h=0,3 t=TLSv1.3:4");
        hour.executeUpdate();
      }
      said.setLong(1, now.toEpochMilli());
      said.setString(
          2, "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent (S3150). \u001b[31m");
      said.executeUpdate();
    }
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
