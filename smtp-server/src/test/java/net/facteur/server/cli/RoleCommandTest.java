package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `facteur role` does and says where no server runs. It is 22 November 2026.
class RoleCommandTest {
  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void settings() throws IOException {
    Files.writeString(
        directory.resolve("mail.conf"),
        """
        hostname = mail.example.org
        domains { "example.org" {} }
        directories.data = data
        time-zone = "Europe/Paris"
        aliases { "info@example.org" = "alice@example.org" }
        """);
    Files.createDirectories(directory.resolve("data"));
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(directory.resolve("mail.conf"), Map.of(), "", arguments);
  }

  private CommandRun french(String... arguments) {
    return CommandRun.with(
        Map.of("LANG", "fr_FR.UTF-8"), directory.resolve("mail.conf"), arguments);
  }

  private void ok(String... arguments) {
    CommandRun run = run(arguments);
    assertEquals(0, run.code(), run.err());
  }

  private void refused(int code, String why, String... arguments) {
    CommandRun run = run(arguments);
    assertEquals(code, run.code(), run.out() + run.err());
    assertTrue(run.err().contains(why), run.err());
  }

  @Test
  void aRoleIsHandedOverOnADayAndBothSeeIt() {
    ok("role", "set", "president@example.org", "--to", "Alice@Example.org", "--from", "2026-01-01");
    CommandRun set =
        run(
            "role",
            "set",
            "president@example.org",
            "--to",
            "bob@example.org",
            "--from",
            "2027-02-01");
    assertTrue(
        set.out().contains("alice@example.org gets copies up to and including 2027-03-02"),
        set.out());
    CommandRun list = french("role", "list");
    assertTrue(list.out().contains("à venir"), list.out());
    assertTrue(list.out().contains("2027-02-01 bob@example.org"), list.out());
    CommandRun show = french("role", "show", "president@example.org");
    assertTrue(
        show.out().contains("alice@example.org, depuis le 2026-01-01, jusqu'au 2027-01-31 inclus"),
        show.out());
    JsonNode json =
        new JsonMapper().readTree(run("role", "show", "president@example.org", "--json").out());
    assertEquals("alice@example.org", json.path("now").path(0).path("holder").asString(""));
    assertEquals("2027-03-02", json.path("coming").path(0).path("copies_until").asString(""));
    CommandRun journal = run("journal");
    assertTrue(
        journal.out().contains("president@example.org -> bob@example.org 2027-02-01"),
        journal.out());
  }

  @Test
  void severalJoinAndLeaveAndTheHistoryKnows() {
    ok("role", "add", "board@example.org", "--to", "alice@example.org,carol@example.net");
    ok(
        "role",
        "remove",
        "board@example.org",
        "--holder",
        "carol@example.net",
        "--until",
        "2026-12-31");
    CommandRun history = run("role", "history", "board@example.org");
    assertTrue(history.out().contains("carol@example.net  2026-11-22  2026-12-31"), history.out());
    ok("role", "remove", "board@example.org");
    refused(1, "There is no role", "role", "show", "board@example.org");
    List<String> lines = run("role", "history", "--json").out().lines().toList();
    assertEquals(2, lines.size());
  }

  @Test
  void whatCannotBeSaysWhyAndWhatToType() {
    refused(1, "stands in", "role", "set", "info@example.org", "--to", "bob@example.org");
    refused(
        2, "no day", "role", "set", "p@example.org", "--to", "b@example.org", "--from", "1.2.2027");
    refused(
        2,
        "before the first",
        "role",
        "set",
        "p@example.org",
        "--to",
        "b@example.org",
        "--until",
        "2026-11-21");
    refused(
        2,
        "no number of days",
        "role",
        "set",
        "p@example.org",
        "--to",
        "b@example.org",
        "--overlap",
        "400d");
    refused(1, "example.com", "role", "set", "p@example.com", "--to", "b@example.org");
    ok("role", "set", "p@example.org", "--to", "b@example.org", "--overlap", "0d");
    refused(1, "already", "role", "set", "p@example.org", "--to", "b@example.org");
    refused(1, "role set", "role", "add", "p@example.org", "--to", "c@example.org");
    refused(1, "somebody else", "role", "remove", "p@example.org", "--holder", "b@example.org");
    refused(1, "a role already", "alias", "add", "p@example.org", "c@example.org");
    CommandRun check = run("check");
    assertTrue(
        (check.out() + check.err()).contains("p@example.org is held by b@example.org"),
        check.err() + check.out());
  }
}
