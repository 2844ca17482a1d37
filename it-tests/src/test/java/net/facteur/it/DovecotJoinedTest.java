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
