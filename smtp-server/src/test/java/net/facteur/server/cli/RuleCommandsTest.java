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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Rules about senders, and the sources that use our names, by command, where no server runs.
class RuleCommandsTest {
  private static final String ALICE = "alice@example.org";

  @TempDir private Path directory;
  private Path settings = Path.of("");
  private Path rules = Path.of("");

  @BeforeEach
  void alice() throws IOException {
    settings = directory.resolve("mail.conf");
    rules = directory.resolve("data/rules");
    Files.writeString(
        settings,
        """
        hostname = mail.example.org
        domains { "example.org" {} }
        directories.data = data
        passwords.memory = 7MiB
        passwords.iterations = 1
        """);
    good("user add " + ALICE + " --generate");
  }

  private CommandRun run(String line) {
    return CommandRun.of(settings, Map.of(), "", line.split(" ", -1));
  }

  private String good(String line) {
    CommandRun run = run(line);
    assertEquals(Facteur.OK, run.code(), line + ": " + run.err());
    return run.out();
  }

  private String bad(String line) {
    CommandRun run = run(line);
    assertEquals(Facteur.PROBLEM, run.code(), line + ": " + run.out());
    return run.err();
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(rules).stream().filter(line -> !line.startsWith("#")).toList();
  }

  private static List<JsonNode> json(String lines) {
    return lines.lines().map(line -> new JsonMapper().readTree(line)).toList();
  }

  @Test
  void rulesOfTheHouseAreListedAndRemoved() throws IOException {
    assertTrue(good("rules list").contains("facteur rules block"));
    good("rules block Carol@Example.NET");
    good("rules welcome @shop.example");
    good("user block " + ALICE + " carol@example.net");
    String list = good("rules list");
    assertTrue(
        list.lines().anyMatch(l -> l.matches("blocked +carol@example.net +everybody")), list);
    assertTrue(list.lines().anyMatch(l -> l.matches("welcome +@shop.example +everybody")), list);
    assertTrue(list.lines().anyMatch(l -> l.matches("blocked +carol@example.net +" + ALICE)), list);
    List<JsonNode> nodes = json(good("rules list --json"));
    assertEquals(3, nodes.size());
    assertEquals("@shop.example", nodes.getFirst().path("sender").asString(""));
    assertEquals("welcome", nodes.getFirst().path("effect").asString(""));
    assertFalse(nodes.getFirst().has("user"));
    assertEquals(ALICE, nodes.getLast().path("user").asString(""));

    String gone = good("rules remove carol@example.net");
    assertTrue(gone.contains("no rule about carol@example.net any more"), gone);
    assertEquals(
        List.of("welcome @shop.example", "block carol@example.net for=" + ALICE),
        lines(),
        "the user's own rule stays");
    assertTrue(bad("rules remove carol@example.net").contains("facteur rules list"));
    assertEquals(Facteur.USAGE, run("rules remove nobody").code());
  }

  @Test
  void nobodyGetsTheLinesOfAFileThatALinkLeadsTo() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "nobody else reads this\n");
    Files.createSymbolicLink(rules, other);
    for (String line :
        List.of(
            "rules block carol@example.net",
            "user block " + ALICE + " carol@example.net",
            "user rename " + ALICE + " alicia@example.org")) {
      String err = bad(line);
      assertTrue(err.contains(rules + " is a link"), err);
      assertTrue(Files.isSymbolicLink(rules), line);
    }
    assertEquals("nobody else reads this\n", Files.readString(other));
  }

  @Test
  void rulesOfAUserAreListedAndRemoved() throws IOException {
    good("rules block @shop.example");
    good("user welcome " + ALICE + " @shop.example");
    good("user block " + ALICE + " carol@example.net");
    String list = good("user rules " + ALICE);
    assertTrue(list.contains("carol@example.net") && list.contains("@shop.example"), list);
    assertFalse(list.contains("everybody"), list);
    assertEquals(2, json(good("user rules --json " + ALICE)).size());

    good("user unblock " + ALICE + " @shop.example");
    assertEquals(
        List.of("block @shop.example", "block carol@example.net for=" + ALICE),
        lines(),
        "the rule of the house stays");
    assertTrue(bad("user unblock " + ALICE + " @shop.example").contains("no rule"));
    good("user unblock " + ALICE + " carol@example.net");
    assertTrue(good("user rules " + ALICE).contains("There are no rules"));
  }

  @Test
  void aRenamedUserTakesTheRulesAlongAndALeavingOneTakesThemAway() throws IOException {
    good("user add bob@example.org --generate");
    good("user block bob@example.org eve@example.net");
    good("user block " + ALICE + " carol@example.net");
    good("rules welcome carol@example.net");
    // Left over of somebody who once had the name.
    Files.writeString(
        rules, Files.readString(rules) + "block old@example.net for=alicia@example.org\n");
    good("user rename " + ALICE + " alicia@example.org");
    assertEquals(
        List.of(
            "block eve@example.net for=bob@example.org",
            "block carol@example.net for=alicia@example.org",
            "welcome carol@example.net"),
        lines());
    good("user remove alicia@example.org --keep-mail");
    assertEquals(
        List.of("block eve@example.net for=bob@example.org", "welcome carol@example.net"), lines());
    good("user erase --yes bob@example.org");
    assertEquals(List.of("welcome carol@example.net"), lines());
  }

  @Test
  void checkNamesDamagedLinesAndAFileThatIsNoText() throws IOException {
    good("rules block carol@example.net");
    assertFalse(run("check").out().contains(rules.toString()), run("check").out());
    Files.writeString(rules, "blok carol@example.net\nblock a@b.example\nwelcome a@b.example\n");
    CommandRun run = run("check");
    assertTrue(run.out().contains("line 1: the line is damaged"), run.out());
    assertTrue(run.out().contains("line 3: a@b.example stands in an earlier line"), run.out());
    assertTrue(run.out().contains("facteur rules list"), run.out());
    assertEquals(1, run("rules list").code());
    assertTrue(run("rules list").err().contains("line 1"), run("rules list").err());

    Files.write(rules, new byte[] {(byte) 0xff, '\n'});
    String said = run("check").out();
    assertTrue(said.contains("the rules about senders cannot be read"), said);
    assertTrue(said.contains("not written in UTF-8"), said);

    Files.delete(rules);
    Files.createDirectory(rules);
    said = run("rules list").err();
    assertTrue(said.contains(rules.toString()), "it names the file: " + said);
  }

  private void counted() throws IOException {
    Files.writeString(
        directory.resolve("data/own-names"),
        """
        12 2026-11-01T00:00:00Z 2026-11-20T00:00:00Z example.org 192.0.2.0/24 none none fail x\u001b[31m.example
        3 2026-11-02T00:00:00Z 2026-11-21T00:00:00Z example.org 198.51.100.0/24 pass:example.org example.org pass shop.example
        a line that nobody wrote
        """);
  }

  @Test
  void theSourcesOfOurNamesAreShownWithTheMostFrequentFirst() throws IOException {
    String none = good("own-names");
    assertTrue(none.contains("No mail from outside"), none);
    assertEquals("", good("own-names --json"));
    counted();
    String shown = good("own-names");
    assertTrue(shown.indexOf("192.0.2.0/24") < shown.indexOf("198.51.100.0/24"), shown);
    assertTrue(shown.contains("12 of 15 messages since 2026-11-01T00:00:00Z"), shown);
    assertTrue(shown.contains("facteur explain reception.own-domains-except"), shown);
    assertFalse(shown.contains("\u001b"), "what a stranger called himself is cleaned");
    List<JsonNode> nodes = json(good("own-names --json"));
    assertEquals(2, nodes.size());
    assertEquals(12, nodes.getFirst().path("messages").asInt());
    assertEquals("fail", nodes.getFirst().path("result").asString(""));
    assertEquals("example.org", nodes.getLast().path("dkim").asString(""));
    assertEquals("2026-11-21T00:00:00Z", nodes.getLast().path("last").asString(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rules list",
        "rules remove carol@example.net",
        "rules remove dan@example.net",
        "rules block nobody",
        "user rules alice@example.org",
        "user unblock alice@example.org dan@example.net",
        "own-names",
        "dnslist test 192.0.2.9"
      })
  void aFrenchTerminalReadsFrench(String line) throws IOException {
    good("rules block carol@example.net");
    counted();
    CommandRun run = CommandRun.with(Map.of("LANG", "fr_FR.UTF-8"), settings, line.split(" "));
    String said = run.out() + run.err();
    assertFalse(said.isBlank(), line);
    assertFalse(
        java.util.regex.Pattern.compile(
                "\\b(the|is|are|not|no|and|of|to|with|blocked|welcome|everybody|There|Type|See|SENDER"
                    + "|MAILS)\\b")
            .matcher(said.replaceAll("facteur [a-z].*|[A-Za-z0-9]+@[a-z.]+|/\\S+", ""))
            .find(),
        said);
  }
}
