package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PrivacyCommandTest {
  @TempDir private Path directory;

  private CommandRun run(String more, String language, String... arguments) throws Exception {
    Path settings = directory.resolve("mail.conf");
    Files.writeString(
        settings,
        "hostname = mail.example.org\ndomains { \"example.org\" {} }\ndirectories.data = \""
            + directory.resolve("data")
            + "\"\n"
            + more);
    return CommandRun.with(Map.of("LANG", language), settings, arguments);
  }

  private Map<String, JsonNode> holdings(String more) throws Exception {
    CommandRun run = run(more, "C", "privacy", "--json");
    assertEquals(Facteur.OK, run.code(), run.err());
    return run.out()
        .lines()
        .map(line -> new JsonMapper().readTree(line))
        .collect(Collectors.toMap(row -> row.path("name").asString(), row -> row));
  }

  private static String said(Map<String, JsonNode> all, String name, String field) {
    JsonNode row = all.get(name);
    return row == null ? name + " is missing" : row.path(field).asString("");
  }

  @Test
  void whatIsKeptFollowsTheSettings() throws Exception {
    Map<String, JsonNode> all =
        holdings(
            "queue.history = 3d\nlog { file = mail.log, keep = 12d }\nquarantine.keep = 9d\n"
                + "backup { directory = /srv/backups, keep = \"2d,1w,0m\" }\n");
    assertTrue(said(all, "history", "kept").contains("3d"));
    assertTrue(said(all, "log", "kept").contains("12d"));
    assertEquals(directory.resolve("mail.log").toString(), said(all, "log", "where"));
    assertTrue(said(all, "quarantine", "kept").contains("9d"));
    assertEquals("/srv/backups", said(all, "backups", "where"));
    for (String name : List.of("mailboxes", "accounts", "addresses", "lists", "queue", "journal")) {
      assertTrue(
          said(all, name, "where").startsWith(directory.toString()), () -> name + " is nowhere");
    }
  }

  @Test
  void whatTheSystemKeepsIsSaidSo() throws Exception {
    Map<String, JsonNode> all = holdings("");
    assertTrue(said(all, "log", "kept").contains("MaxRetentionSec"));
    assertTrue(said(all, "backups", "where").contains("backup.directory"));
  }

  @Test
  void anEntryForTheRegisterIsWrittenInBothLanguages() throws Exception {
    CommandRun english = run("", "C", "privacy", "--register");
    assertTrue(
        english.out().replace("\n", " ").contains("GDPR, article 30): e-mail at mail.example.org"));
    assertTrue(english.out().contains("- mail under way"), english.out());
    CommandRun french = run("", "fr_FR.UTF-8", "privacy", "--register");
    assertTrue(french.out().replace("\n", " ").contains("RGPD, article 30"), french.out());
    assertTrue(french.out().contains("- le courrier en route"), french.out());
  }

  @Test
  void withoutAnOptionItIsForPeople() throws Exception {
    CommandRun run = run("", "fr_FR.UTF-8", "privacy");
    assertEquals(Facteur.OK, run.code(), run.err());
    assertTrue(run.out().contains("Les alias et les redirections"), run.out());
    assertTrue(run.out().contains("facteur user erase le retire"), run.out());
  }
}
