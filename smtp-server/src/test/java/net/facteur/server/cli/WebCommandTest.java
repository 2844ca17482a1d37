package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.signin.SignInFiles;
import net.facteur.server.signin.SignInSettings;
import net.facteur.server.signin.Token;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What commands do about the pages, without a server.
class WebCommandTest {
  @TempDir private Path directory = Path.of("");
  private Path settings = Path.of("");

  @BeforeEach
  void house() throws Exception {
    settings("web.administrators = [\"alice@example.org\"]\nlisten.web = [\"127.0.0.1:8443\"]\n");
    assertEquals(
        Facteur.OK,
        CommandRun.of(settings, Map.of(), "", "user", "add", "alice@example.org", "--generate")
            .code());
  }

  private void settings(String more) throws Exception {
    settings = directory.resolve("mail.conf");
    Files.writeString(
        settings,
        "hostname = mail.example.org\ndomains { \"example.org\" {} }\n"
            + "directories.data = \""
            + directory.resolve("data")
            + "\"\n"
            + "passwords.memory = 7MiB\npasswords.iterations = 1\n"
            + more);
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(settings, Map.of(), "", arguments);
  }

  @Test
  void aLinkIsPrintedThatIsGoodForOnce() throws Exception {
    CommandRun run = run("web", "invite");
    assertEquals(Facteur.OK, run.code(), run.err());
    Matcher link =
        Pattern.compile("https://localhost:8443/invitation/([A-Za-z0-9_-]{43})").matcher(run.out());
    assertTrue(link.find(), run.out());
    assertTrue(run.out().contains("ssh -L 8443:localhost:8443 mail.example.org"), run.out());
    Path kept = directory.resolve("data/web/invitations");
    assertFalse(Files.readString(kept).contains(link.group(1)), "as a hash");
    var its =
        new SignInSettings(
            java.util.Set.of(),
            new net.facteur.server.signin.SessionStore.Life(
                java.time.Duration.ofHours(1), java.time.Duration.ofHours(1)),
            directory.resolve("data/web"));
    var invitations = SignInFiles.of(its, () -> CommandRun.NOW).invitations();
    assertEquals(
        "alice@example.org",
        invitations.use(Token.parse(link.group(1)).orElseThrow()).orElseThrow().text());
    assertTrue(
        run("journal").out().contains("alice@example.org can sign in once"), run("journal").out());
    assertTrue(run("journal", "--json").out().contains("\"did\":\"invited\""), "for programs");
    assertFalse(run("journal").out().contains(link.group(1)), "no secret");
  }

  @Test
  void whoIsNobodyOrNotSaidIsNotInvited() throws Exception {
    assertEquals(Facteur.PROBLEM, run("web", "invite", "nobody@example.org").code());
    settings("");
    CommandRun nobody = run("web", "invite");
    assertEquals(Facteur.PROBLEM, nobody.code());
    assertTrue(nobody.err().contains("web.administrators"), nobody.err());
    settings("web.administrators = [\"alice@example.org\", \"bob@example.org\"]\n");
    assertEquals(Facteur.USAGE, run("web", "invite").code());
    CommandRun unserved = run("web", "invite", "alice@example.org");
    assertTrue(unserved.out().contains("listen.web"), unserved.out());
  }

  @Test
  void anAdministratorWhoIsNobodyIsToldByTheCheck() throws Exception {
    settings("web.administrators = [\"alice@example.org\", \"ghost@example.org\"]\n");
    CommandRun check = run("check");
    String said = check.out() + check.err();
    assertTrue(said.contains("ghost@example.org is to look after the server"), said);
    assertTrue(said.contains("facteur user add"), said);
    assertFalse(said.contains("alice@example.org is to look after"), said);
  }

  @Test
  void withoutSessionsThereIsNothingToEnd() {
    assertEquals(Facteur.OK, run("web", "sessions").code());
    assertEquals("", run("web", "sessions", "--json").out());
    CommandRun end = run("web", "sessions", "--end", "abcdefgh");
    assertEquals(Facteur.PROBLEM, end.code());
    assertTrue(end.err().contains("facteur web sessions"), end.err());
    assertEquals(Facteur.OK, run("web", "sessions", "--end-all").code());
    assertEquals(Facteur.OK, run("web", "reset", "alice@example.org").code());
  }

  @Test
  void whatIsNoDayIsNoneForTheJournal() {
    assertEquals(Facteur.USAGE, run("journal", "--since", "yesterday").code());
    for (String since : List.of("2026-11-01", "7d")) {
      assertEquals(Facteur.OK, run("journal", "--since", since).code());
    }
  }
}
