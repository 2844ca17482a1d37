package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.facteur.it.scenario.Mistake;
import net.facteur.it.scenario.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A scenario whose server does otherwise says where, what was expected, and what came.
class ScenarioRunTest {
  private static final String MAIL =
      """
      # It is wrong.
      connect reception from 127.0.0.3
      C: MAIL FROM:<carol@example.net>
      S: 250 2.1.0
      C: RCPT TO:<alice@example.org>
      S: 250
      C: DATA
      S: 354
      C: From: carol@example.net
      C: Subject: hello
      C:
      C: Hello
      C: .
      S: 250
      """;

  @TempDir private Path directory;

  private List<String> play(String dialog, String expected) throws Exception {
    Path scenario = Files.createDirectories(directory.resolve("wrong"));
    Files.writeString(scenario.resolve("dialog"), dialog);
    Files.writeString(scenario.resolve("expected"), expected);
    Scenario read = assertInstanceOf(Scenario.Good.class, Scenario.read(scenario)).scenario();
    Path world = Files.createTempDirectory(directory, "world");
    return ScenarioRun.play(read, world, Duration.ofSeconds(5)).stream()
        .map(Mistake::toString)
        .toList();
  }

  @Test
  void anotherReplyEndsTheDialog() throws Exception {
    List<String> mistakes =
        play(
            MAIL.replace("S: 250\nC: DATA", "S: 550 5.1.1\nC: DATA"), "mailbox a@example.org: 7\n");
    assertEquals(1, mistakes.size(), mistakes::toString);
    String told = mistakes.getFirst();
    assertTrue(told.startsWith("wrong/dialog:6\n  expected: a reply that begins with \"550"), told);
    assertTrue(told.contains("got:      250 2.1.5"), told);
    assertTrue(told.contains("C: RCPT TO:<alice@example.org>"), told);
  }

  @Test
  void settingsThatNoServerTakesAreTold() throws Exception {
    Files.createDirectories(directory.resolve("wrong"));
    Files.writeString(directory.resolve("wrong/mail.conf"), "limits.recipients = many\n");
    String told = play("# It is wrong.\nconnect reception\n", "").getFirst();
    assertTrue(told.startsWith("wrong/mail.conf:1\n  expected: settings that"), told);
    assertTrue(told.contains("limits.recipients"), told);
  }

  @Test
  void everyExpectationThatDoesNotHoldIsTold() throws Exception {
    String expected =
        """
        mailbox alice@example.org: 1
          Subject: goodbye
        mailbox alice@example.org: 1
          Subject: hello
          body: Hello
        mailbox alice@example.org: 1
          no Received
        mailbox alice@example.org: 1
          no body: Hello
        mailbox alice@example.org: 1
          where Subject: goodbye
        mailbox bob@example.org: 1
        remote carol@example.net: 1
        why alice@example.org: bounced
        no why alice@example.org: delivered
        queue: 2
        """;
    assertEquals(
        List.of(
            "wrong/expected:16", // first, since all else waits for it
            "wrong/expected:2",
            "wrong/expected:7",
            "wrong/expected:9",
            "wrong/expected:10",
            "wrong/expected:12",
            "wrong/expected:13",
            "wrong/expected:14",
            "wrong/expected:15"),
        play(MAIL, expected).stream().map(told -> told.lines().findFirst().orElse("")).toList());
  }

  @Test
  void aCommandThatFailsOrSaysSomethingElseEndsTheDialog() throws Exception {
    String failing = "# It is wrong.\n$ facteur user lock nobody@example.org\n";
    String told = play(failing, "").getFirst();
    assertTrue(told.startsWith("wrong/dialog:2\n  expected: that the command succeeds"), told);
    assertTrue(told.contains("nobody@example.org"), told);
    assertTrue(play(failing + "exit 9\n", "").getFirst().startsWith("wrong/dialog:3"));
    String other = play("# It is wrong.\n$ facteur user list\n> carol\n", "").getFirst();
    assertTrue(other.startsWith("wrong/dialog:3\n  expected: a line of the output"), other);
    assertTrue(other.contains("alice@example.org"), other);
  }
}
