package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

/// What `facteur away` does and says where no server runs, and what becomes of absences, roles and
/// lists where users and addresses change. It is 22 November 2026.
class AwayCommandTest {
  private static final String ALICE = "alice@example.org";
  private static final String BOB = "bob@example.org";

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void users() throws IOException {
    settings("");
    Files.createDirectories(directory.resolve("data"));
    for (String user : List.of(ALICE, BOB)) {
      CommandRun run =
          CommandRun.of(
              directory.resolve("mail.conf"),
              Map.of(),
              "right-horse-7\n",
              "user",
              "add",
              user,
              "--password-stdin");
      assertEquals(0, run.code(), run.err());
    }
  }

  private void settings(String more) throws IOException {
    Files.writeString(
        directory.resolve("mail.conf"),
        """
        hostname = mail.example.org
        domains { "example.org" {} }
        directories.data = data
        time-zone = "Europe/Paris"
        """
            + more);
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(directory.resolve("mail.conf"), Map.of(), "", arguments);
  }

  private CommandRun french(String... arguments) {
    return CommandRun.with(
        Map.of("LANG", "fr_FR.UTF-8"), directory.resolve("mail.conf"), arguments);
  }

  private String ok(String... arguments) {
    CommandRun run = run(arguments);
    assertEquals(0, run.code(), run.out() + run.err());
    return run.out();
  }

  private void refused(int code, String why, String... arguments) {
    CommandRun run = run(arguments);
    assertEquals(code, run.code(), run.out() + run.err());
    assertTrue(run.err().contains(why), run.err());
  }

  private static void holds(String text, String part) {
    assertTrue(text.contains(part), text);
  }

  private JsonNode shown(String user) {
    return new JsonMapper().readTree(ok("away", "show", user, "--json"));
  }

  @Test
  void anAbsenceIsSetShownListedAndCleared() {
    ok(
        "away",
        "set",
        ALICE,
        "--text",
        "I am away.\\nBack soon.",
        "--from",
        "2026-12-20",
        "--until",
        "2027-01-04",
        "--days",
        "3");
    String show = ok("away", "show", ALICE);
    holds(show, "2026-12-20");
    holds(show, "2027-01-04");
    holds(show, "| I am away.\n    | Back soon.");
    JsonNode json = shown(ALICE);
    assertEquals("away", json.path("kind").asString(""));
    assertEquals("2026-12-20", json.path("from").asString(""));
    assertEquals("2027-01-04", json.path("until").asString(""));
    assertEquals(3, json.path("days").asInt(0));
    assertEquals("I am away.\nBack soon.", json.path("text").asString(""));
    assertFalse(json.has("pass_on"));
    holds(ok("away", "list"), "2027-01-04");
    assertEquals(json, new JsonMapper().readTree(ok("away", "list", "--json")));
    ok("away", "clear", ALICE);
    refused(1, "facteur away set " + ALICE, "away", "show", ALICE);
    refused(1, "facteur away set " + ALICE, "away", "clear", ALICE);
    holds(ok("journal"), ALICE);
  }

  @Test
  void theTextMayComeFromStandardInput() {
    CommandRun run =
        CommandRun.of(
            directory.resolve("mail.conf"),
            Map.of(),
            "I am away.\r\nBack soon.\n",
            "away",
            "set",
            ALICE,
            "--text",
            "-");
    assertEquals(0, run.code(), run.err());
    JsonNode json = shown(ALICE);
    assertEquals("I am away.\nBack soon.", json.path("text").asString(""));
    assertEquals("2026-11-22", json.path("from").asString(""));
    assertEquals(7, json.path("days").asInt(0));
    assertFalse(json.has("until"));
  }

  @Test
  void whatCannotBeIsRefusedAndNothingIsKept() {
    refused(1, "carol@example.org", "away", "set", "carol@example.org", "--text", "x");
    refused(2, "91", "away", "set", ALICE, "--text", "x", "--days", "91");
    refused(2, "8", "away", "set", ALICE, "--text", " \\n ");
    refused(2, "8", "away", "set", ALICE, "--text", "x".repeat(8001));
    refused(2, "no day", "away", "set", ALICE, "--text", "x", "--from", "20.12.2026");
    refused(2, "before the first", "away", "set", ALICE, "--text", "x", "--until", "2026-11-21");
    refused(1, ALICE, "away", "left", ALICE, "--text", "x");
    refused(
        2, "nowhere", "away", "left", "carol@example.org", "--text", "x", "--pass-on", "nowhere");
    assertEquals("", ok("away", "list", "--json"));
  }

  @Test
  void whoLeftIsAnsweredForATime() {
    ok(
        "away",
        "left",
        "carol@example.org",
        "--text",
        "Carol has left.",
        "--for",
        "30d",
        "--pass-on",
        BOB);
    JsonNode json = shown("carol@example.org");
    assertEquals("left", json.path("kind").asString(""));
    assertEquals("2026-12-21", json.path("until").asString(""));
    assertEquals(BOB, json.path("pass_on").asString(""));
    holds(ok("away", "show", "carol@example.org"), BOB);
  }

  @Test
  void whereAnotherProgramAnswersOursIsNotSet() throws IOException {
    settings("mailboxes.lmtp = \"127.0.0.1:24\"\n");
    refused(1, "mailboxes.lmtp", "away", "set", ALICE, "--text", "x");
    ok("away", "left", "carol@example.org", "--text", "Carol has left.");
  }

  @Test
  void frenchIsSpokenThroughout() {
    CommandRun set = french("away", "set", ALICE, "--text", "Je reviens.", "--until", "2027-01-04");
    assertEquals(0, set.code(), set.err());
    holds(set.out(), "du 2026-11-22 au 2027-01-04 inclus");
    holds(french("away", "list").out(), "2027-01-04");
    holds(french("away", "show", ALICE).out(), "| Je reviens.");
    CommandRun none = french("away", "show", BOB);
    assertEquals(1, none.code());
    holds(none.err(), "facteur away set " + BOB);
    assertEquals(0, french("away", "clear", ALICE).code());
  }

  @Test
  void whoIsRemovedIsAnsweredInPlaceOfTheAbsence() {
    ok("away", "set", ALICE, "--text", "I am away.");
    refused(2, "8", "user", "remove", ALICE, "--keep-mail", "--answer", " ");
    holds(ok("user", "list"), ALICE);
    assertEquals("away", shown(ALICE).path("kind").asString(""));
    ok("user", "remove", ALICE, "--keep-mail", "--answer", "Alice has left.", "--for", "10d");
    JsonNode json = shown(ALICE);
    assertEquals("left", json.path("kind").asString(""));
    assertEquals("2026-12-01", json.path("until").asString(""));
    assertEquals("Alice has left.", json.path("text").asString(""));
    assertFalse(ok("user", "list").contains(ALICE));
  }

  @Test
  void anAbsenceEndsWithItsUser() {
    ok("away", "set", ALICE, "--text", "I am away.");
    ok("away", "set", BOB, "--text", "I am away.");
    ok("user", "remove", ALICE, "--keep-mail");
    ok("user", "erase", BOB, "--yes");
    assertEquals("", ok("away", "list", "--json"));
  }

  @Test
  void aRenamedUserKeepsAbsenceAndRoles() {
    ok("away", "set", ALICE, "--text", "I am away.", "--until", "2027-01-04");
    ok("away", "left", "carol@example.org", "--text", "Carol has left.", "--pass-on", ALICE);
    ok("role", "set", "p@example.org", "--to", ALICE, "--from", "2020-01-01");
    ok("role", "set", "p@example.org", "--to", BOB, "--from", "2021-01-01");
    ok("role", "set", "p@example.org", "--to", ALICE, "--from", "2026-11-01");
    ok("role", "set", "p@example.org", "--to", BOB, "--from", "2027-11-01");
    ok("user", "rename", ALICE, "alicia@example.org");
    assertEquals("2027-01-04", shown("alicia@example.org").path("until").asString(""));
    refused(1, "facteur away set", "away", "show", ALICE);
    assertEquals("alicia@example.org", shown("carol@example.org").path("pass_on").asString(""));
    String history = ok("role", "history", "p@example.org");
    holds(history, "alicia@example.org  2026-11-01");
    holds(history, "alice@example.org   2020-01-01");
    // Bob still gets copies of the term before, and is to hold it again.
    ok("user", "rename", BOB, "robert@example.org");
    assertFalse(ok("role", "history", "p@example.org").contains(BOB));
  }

  @Test
  void anAddressIsOfAListOrOfARoleNotOfBoth() {
    ok("list", "add", "staff@example.org");
    ok("role", "set", "p@example.org", "--to", ALICE);
    for (String address : List.of("staff@example.org", "staff-request@example.org")) {
      refused(1, "facteur list", "role", "set", address, "--to", ALICE);
      refused(1, "facteur list", "role", "add", address, "--to", ALICE);
      refused(1, "facteur list", "alias", "add", address, ALICE);
    }
    refused(1, "facteur role remove p@example.org", "list", "add", "p@example.org");
    refused(1, "facteur role remove p@example.org", "alias", "add", "p@example.org", ALICE);
    ok("role", "set", "rovers-owner@example.org", "--to", ALICE);
    refused(1, "facteur role remove rovers-owner@example.org", "list", "add", "rovers@example.org");
  }
}
