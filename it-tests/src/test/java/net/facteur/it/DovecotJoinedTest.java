package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `facteur imap dovecot --apply` makes one system of this server and the Dovecot that is
/// installed.
@RequiresProgram({
  Program.DOVECOT,
  Program.DOVECOT_IMAP,
  Program.DOVECOT_LUA,
  Program.DOVECOT_SIEVE,
  Program.DOVECOT_MANAGESIEVE,
  Program.DOVECOT_POP3
})
class DovecotJoinedTest extends ReadingMail {
  @Override
  boolean endsSessionsByAppPassword() {
    return false;
  }

  @Override
  JoinedDovecot prepare() throws IOException {
    List<String> missing = Program.DOVECOT_LUA.missing();
    if (!missing.isEmpty()) {
      ProgramCondition.notRun(String.join(" && ", missing));
    }
    return JoinedDovecot.prepare();
  }

  private CommandLineRun command(String... options) {
    return dovecot().command(server(), options);
  }

  @Test
  void typedAgainItChangesNothing() throws Exception {
    Map<String, String> before = tree();
    CommandLineRun again = command("--apply");
    assertEquals(0, again.code(), again.text());
    assertTrue(again.text().contains("nothing had to be changed"), again.text());
    assertEquals(before, tree());
  }

  /// The settings of the server in another file, which no server runs with and which do not know of
  /// Dovecot.
  private Path apart() throws IOException {
    Path file = server().site().directory().resolve("apart.conf");
    return Files.writeString(
        file,
        Files.readString(server().site().configuration())
                .replaceAll("(?m)^(# Dovecot reads.*|imap.dovecot.*|mailboxes.lmtp.*)\n", "")
            + "control.enabled = false\n");
  }

  private static CommandLineRun typed(JoinedDovecot other, Path ours, String option) {
    return CommandLineRun.of(
        "imap", "dovecot", "-c", ours.toString(), "--dir", other.settings().toString(), option);
  }

  @Test
  void whatIsTakenAwayLeavesBothSidesAsTheyWere() throws Exception {
    Path ours = apart();
    String before = Files.readString(ours);
    try (var other = JoinedDovecot.prepare()) {
      Map<String, String> tree = tree(other);
      CommandLineRun joined = typed(other, ours, "--apply");
      assertEquals(0, joined.code(), joined.text());
      assertTrue(Files.readString(ours).contains("imap.dovecot = true"));
      assertFalse(tree.equals(tree(other)));
      CommandLineRun apart = typed(other, ours, "--remove");
      assertEquals(0, apart.code(), apart.text());
      assertEquals(tree, tree(other));
      assertEquals(before, Files.readString(ours));
    }
  }

  @Test
  void aDovecotThatComplainsKeepsItsSettings() throws Exception {
    Path ours = apart();
    String before = Files.readString(ours);
    try (var other = JoinedDovecot.prepare()) {
      Files.writeString(
          other.settings().resolve("local.conf"), "ssl_ca = </nowhere/authorities.pem\n");
      Map<String, String> tree = tree(other);
      CommandLineRun refused = typed(other, ours, "--apply");
      assertEquals(1, refused.code(), refused.text());
      assertTrue(refused.text().contains("/nowhere/authorities.pem"), refused.text());
      assertEquals(tree, tree(other));
      assertEquals(before, Files.readString(ours));
    }
  }

  @Test
  void filesThatDovecotDoesNotReadAreNotWritten() throws Exception {
    Path ours = apart();
    try (var other = JoinedDovecot.prepare()) {
      Path main = other.settings().resolve("dovecot.conf");
      Files.writeString(main, Files.readString(main).replace("!include conf.d", "#include conf.d"));
      CommandLineRun refused = typed(other, ours, "--apply");
      assertEquals(1, refused.code(), refused.text());
      assertTrue(refused.text().contains("!include conf.d/*.conf"), refused.text());
      assertFalse(Files.exists(other.settings().resolve("conf.d/99-facteur.conf")));
    }
  }

  @Test
  void theSecretStaysWithDovecotAndIsNotShown() throws Exception {
    String secret = Files.readString(server().site().data().resolve("imap/secret")).strip();
    CommandLineRun shown = command();
    assertEquals(0, shown.code(), shown.text());
    assertFalse(shown.text().contains(secret), shown.text());
    Path script = dovecot().settings().resolve("facteur/accounts.lua");
    assertTrue(Files.readString(script).contains(secret));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(script)));
  }

  @Test
  void scriptsAreToldTheSameInJson() throws Exception {
    Path ours = apart();
    try (var other = JoinedDovecot.prepare()) {
      JsonNode shown = json(other, ours);
      assertEquals("shown", shown.path("outcome").asString(""));
      assertEquals("2.3", shown.path("release").asString(""));
      assertEquals("imap.dovecot = true", shown.path("settings").path(0).asString(""));
      JsonNode script = shown.path("files").path(0);
      assertEquals(
          other.settings().resolve("facteur/accounts.lua").toString(),
          script.path("path").asString(""));
      assertTrue(script.path("text").asString("").contains("***"), script::toString);
      JsonNode joined = json(other, ours, "--apply");
      assertEquals("joined", joined.path("outcome").asString(""));
      assertEquals(shown.path("files").size(), joined.path("written").size(), joined::toString);
      assertEquals("unchanged", json(other, ours, "--apply").path("outcome").asString(""));
      JsonNode apart = json(other, ours, "--remove");
      assertEquals("separated", apart.path("outcome").asString(""));
      assertEquals(joined.path("written").size(), apart.path("removed").size(), apart::toString);
      assertEquals("not joined", json(other, ours, "--remove").path("outcome").asString(""));
    }
  }

  private static JsonNode json(JoinedDovecot other, Path ours, String... options)
      throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            Stream.concat(
                    Stream.of("imap", "dovecot", "-c", ours.toString(), "--json", "--dir"),
                    Stream.concat(Stream.of(other.settings().toString()), Stream.of(options)))
                .toArray(String[]::new));
    assertEquals(0, run.code(), run.text());
    return JsonMapper.shared().readTree(run.text());
  }

  @Test
  void theSettingsForADovecotElsewhereAreWrittenWithoutTouchingTheOneHere() throws Exception {
    Path ours = apart();
    String before = Files.readString(ours);
    Map<String, String> here = tree();
    Path out = server().site().directory().resolve("elsewhere");
    for (String release : List.of("2.3", "2.4")) {
      CommandLineRun run = out(ours, out, "--release", release);
      assertEquals(0, run.code(), run.text());
      assertTrue(run.text().contains("imap.dovecot = true"), run.text());
      assertTrue(run.text().contains("nobody can get there from another container"), run.text());
      String last = Files.readString(out.resolve("conf.d/99-facteur.conf"));
      assertEquals(release.equals("2.4"), last.contains("ssl_server_cert_file"), last);
      String script = Files.readString(out.resolve("facteur/accounts.lua"));
      String secret = Files.readString(server().site().data().resolve("imap/secret")).strip();
      assertTrue(script.contains(secret));
      assertTrue(
          Files.readString(out.resolve("conf.d/05-facteur.conf"))
              .contains("/etc/dovecot/facteur/accounts.lua"));
      CommandLineRun again = out(ours, out, "--release", release);
      assertTrue(again.text().contains("nothing had to be changed"), again.text());
    }
    assertEquals(1, out(ours, out, "--release", "2.2").code());
    assertEquals(1, out(ours, out, "--apply").code());
    assertEquals(before, Files.readString(ours));
    assertEquals(here, tree());
  }

  private static CommandLineRun out(Path ours, Path out, String... options) {
    return CommandLineRun.of(
        Stream.concat(
                Stream.of("imap", "dovecot", "-c", ours.toString(), "--out", out.toString()),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private Map<String, String> tree() throws IOException {
    return tree(dovecot());
  }

  /// The settings of a Dovecot, by name.
  private static Map<String, String> tree(JoinedDovecot of) throws IOException {
    var all = new TreeMap<String, String>();
    try (Stream<Path> files = Files.walk(of.settings())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.put(
            file.toString(),
            Files.getLastModifiedTime(file)
                + Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
      }
    }
    return all;
  }
}
