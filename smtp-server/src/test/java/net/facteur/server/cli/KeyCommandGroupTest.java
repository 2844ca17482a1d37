package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCommandGroupTest {
  @TempDir Path directory = Path.of("");
  private Path settings = Path.of("");
  private Path journal = Path.of("");

  @BeforeEach
  void write() throws IOException {
    settings = directory.resolve("conf/mail.conf");
    journal = directory.resolve("data/keys/journal");
    Files.createDirectories(directory.resolve("conf"));
    Files.writeString(
        settings,
        """
        hostname = mail.example.org
        domains { "example.org" {}, "example.com" { dkim.selector = mine } }
        keys.rsa-bits = 1024
        """);
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(settings, Map.of(), "", arguments);
  }

  @Test
  void aDryRunChangesNothing() {
    CommandRun dry = run("dkim", "rotate", "example.org", "--dry-run");
    assertEquals(Facteur.OK, dry.code(), dry.err());
    assertTrue(dry.out().contains("It would be done: nov2026 is made"), dry.out());
    assertFalse(Files.exists(journal));
  }

  @Test
  void rotateMakesTheKeysShowsTheRecordsAndWaits() throws IOException {
    CommandRun made = run("dkim", "rotate", "example.org");
    assertEquals(Facteur.OK, made.code(), made.err());
    assertTrue(made.out().contains("nov2026._domainkey.example.org. IN TXT"), made.out());
    assertTrue(made.out().contains("nov2026-ed._domainkey.example.org. IN TXT"), made.out());
    assertTrue(made.out().contains("nov2026 is publishing"), made.out());
    assertTrue(Files.exists(directory.resolve("data/keys/nov2026.example.org.rsa")));
    assertEquals(2, Files.readAllLines(journal).size());

    CommandRun again = run("dkim", "rotate", "example.org");
    assertEquals(Facteur.PROBLEM, again.code());
    assertTrue(again.err().contains("A new key is on its way already"), again.err());
    CommandRun early = run("dkim", "activate", "example.org", "nov2026");
    assertTrue(early.err().contains("not visible"), early.err());
    CommandRun reveal = run("dkim", "reveal", "example.org", "nov2026", "--yes");
    assertTrue(reveal.err().contains("not revoked"), reveal.err());
  }

  @Test
  void aPinnedSelectorIsNotRotated() {
    CommandRun pinned = run("dkim", "rotate", "example.com");
    assertEquals(Facteur.PROBLEM, pinned.code());
    assertTrue(pinned.err().contains("pinned to mine"), pinned.err());
    assertTrue(pinned.err().contains("DKIM_SELECTOR"), pinned.err());
  }

  @Test
  void takesOverAKeyOfOpenssl() throws Exception {
    Path key = directory.resolve("old.private");
    Process openssl =
        new ProcessBuilder("openssl", "genrsa", "-out", key.toString(), "1024").start();
    assertEquals(0, openssl.waitFor());
    CommandRun taken = run("dkim", "import", "example.org", "old", key.toString());
    assertEquals(Facteur.OK, taken.code(), taken.err());
    assertFalse(taken.out().contains("warning: everybody"), taken.out());
    assertTrue(taken.out().contains("old is publishing"), taken.out());
    CommandRun list = run("dkim", "list", "example.org", "--json");
    assertEquals("rsa", list.json().get("keys").get(0).get("keys").asString(""));
  }

  @Test
  void everyDryRunChangesNothing() throws Exception {
    CommandRun generate = run("dkim", "generate", "example.org", "--dry-run");
    assertEquals(Facteur.OK, generate.code(), generate.err());
    assertTrue(generate.out().contains("nov2026.example.org.rsa is made"), generate.out());
    Path other = directory.resolve("other");
    CommandRun setup = run("setup", "example.net", "--yes", "--dry-run", "--dir", other.toString());
    assertEquals(Facteur.OK, setup.code(), setup.err());
    assertTrue(setup.out().contains("example.net is set up in " + other), setup.out());
    assertFalse(Files.exists(other));
    Path key = directory.resolve("old.private");
    assertEquals(
        0,
        new ProcessBuilder("openssl", "genrsa", "-out", key.toString(), "1024").start().waitFor());
    CommandRun taken = run("dkim", "import", "example.org", "old", key.toString(), "--dry-run");
    assertEquals(Facteur.OK, taken.code(), taken.err());
    assertTrue(taken.out().contains("becomes the key old"), taken.out());
    assertFalse(Files.exists(directory.resolve("data/keys")));
    CommandRun renew = run("tls", "renew", "--dry-run");
    assertEquals(Facteur.PROBLEM, renew.code());
    assertTrue(renew.err().contains("No certification authority is named"), renew.err());
  }

  @Test
  void aDelegatedDomainGetsCnamesThatNeverChange() throws IOException {
    Files.writeString(
        settings,
        "keys { publish = delegated, zone = keys.example.net, update-key-file = tsig.key }\n",
        java.nio.file.StandardOpenOption.APPEND);
    CommandRun zone = run("dns", "records", "example.org", "--address", "192.0.2.25");
    assertEquals(Facteur.OK, zone.code(), zone.err());
    for (String slot : KeySettings.SLOTS) {
      for (String name : new String[] {slot, slot + "-ed"}) {
        assertTrue(
            zone.out()
                .contains(
                    name
                        + "._domainkey.example.org. 3600 IN CNAME "
                        + name
                        + ".example-org.keys.example.net."),
            zone.out());
      }
    }
    assertFalse(zone.out().contains("v=DKIM1"), "no key stands in the zone itself");
  }

  @Test
  void withOneAlgorithmThreeCnamesAreEnough() throws IOException {
    Files.writeString(
        settings,
        "keys { publish = delegated, zone = keys.example.net, update-key-file = tsig.key }\n"
            + "keys.algorithms = rsa\n",
        java.nio.file.StandardOpenOption.APPEND);
    CommandRun zone = run("dns", "records", "example.org", "--address", "192.0.2.25");
    assertEquals(
        List.of("facteur1", "facteur2", "facteur3"),
        zone.out()
            .lines()
            .filter(l -> l.contains("._domainkey.example.org. 3600 IN CNAME "))
            .map(l -> l.substring(0, l.indexOf('.')))
            .toList());
  }

  @Test
  void theHistoryTellsWhoTookOver() throws IOException {
    run("dkim", "rotate", "example.org");
    var key = new KeyName(DomainName.of("example.org"), "nov2026");
    var next = new KeyName(DomainName.of("example.org"), "next");
    KeyJournal events = KeyWiring.journal(directory.resolve("data/keys"));
    KeyEvent.Transition generated =
        new KeyEvent.Transition.Generated(Set.of(KeyType.values()), true);
    for (KeyName name : List.of(key, next)) {
      for (KeyEvent.Transition transition :
          List.of(
              generated,
              new KeyEvent.Transition.Publishing(),
              new KeyEvent.Transition.Seen(CommandRun.NOW),
              new KeyEvent.Transition.Visible(),
              new KeyEvent.Transition.Active(
                  name.equals(key) ? Optional.empty() : Optional.of("nov2026")),
              new KeyEvent.Transition.Proven())) {
        events.append(new KeyEvent(CommandRun.NOW, name, transition, "it is time", "alice"));
      }
    }
    CommandRun list = run("dkim", "list", "--history");
    assertEquals(Facteur.OK, list.code(), list.err());
    assertTrue(list.out().contains("gave way to next by alice: it is time"), list.out());
    CommandRun table = run("dkim", "list");
    assertTrue(table.out().contains("active"), table.out());
    assertFalse(table.out().contains("(spare)"), table.out());
  }

  @Test
  void aKeyThatEverybodyCanReadIsImportedWithAWarning() throws Exception {
    Path key = directory.resolve("old.private");
    Process openssl =
        new ProcessBuilder("openssl", "genrsa", "-out", key.toString(), "1024").start();
    assertEquals(0, openssl.waitFor());
    Files.setPosixFilePermissions(
        key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    CommandRun taken = run("dkim", "import", "example.org", "old", key.toString(), "--dry-run");
    assertEquals(Facteur.OK, taken.code(), taken.err());
    assertTrue(taken.out().contains("warning: everybody on this machine can read"), taken.out());
  }

  private String openssl(String... arguments) throws Exception {
    Path key = Files.createTempFile(directory, "made", ".pem");
    var command = new java.util.ArrayList<>(List.of("openssl", arguments[0]));
    command.addAll(List.of("-out", key.toString()));
    command.addAll(List.of(arguments).subList(1, arguments.length));
    assertEquals(0, new ProcessBuilder(command).start().waitFor());
    return Files.readString(key);
  }

  private CommandRun importing(String text) throws IOException {
    Path file = directory.resolve("try.private");
    Files.writeString(file, text);
    return run("dkim", "import", "example.org", "old", file.toString(), "--dry-run");
  }

  @Test
  void keyFilesAsEditorsAndToolsLeaveThemAreTaken() throws Exception {
    String rsa = openssl("genrsa", "1024");
    String ed25519 = openssl("genpkey", "-algorithm", "ed25519");
    Path file = Files.writeString(directory.resolve("rsa"), rsa);
    String publicKey = openssl("rsa", "-in", file.toString(), "-pubout");
    for (String text :
        List.of(
            rsa,
            "\ufeff" + rsa,
            "\ufeff" + rsa.replace("\n", "\r\n"),
            "\n" + ed25519,
            publicKey + ed25519)) {
      CommandRun taken = importing(text);
      assertEquals(Facteur.OK, taken.code(), taken.err());
    }
  }

  @Test
  void keyFilesThatCannotBeUsedAreRefusedInWords() throws Exception {
    String rsa = openssl("genrsa", "1024");
    Path file = Files.writeString(directory.resolve("rsa"), rsa);
    String publicKey = openssl("rsa", "-in", file.toString(), "-pubout");
    Map<String, String> words =
        Map.of(
            openssl("ecparam", "-name", "prime256v1", "-genkey"),
            "not one of EC (ECDSA), which DKIM does not have",
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
            "not one of EC (ECDSA), which DKIM does not have",
            openssl("genpkey", "-algorithm", "ed448"),
            "not one of Ed448",
            openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:x"),
            "without a passphrase",
            rsa + openssl("genpkey", "-algorithm", "ed25519"),
            "holds 2 private keys",
            publicKey,
            "not a public one",
            "v=DKIM1; k=rsa; p=MIGf",
            "expected PEM, or 32 octets in base64",
            openssl("genrsa", "512"),
            "has 512 bits; receivers take RSA keys of 1024 to 4096",
            openssl("genrsa", "4224"),
            "has 4224 bits; receivers take RSA keys of 1024 to 4096");
    for (var each : words.entrySet()) {
      CommandRun refused = importing(each.getKey());
      assertEquals(Facteur.PROBLEM, refused.code(), refused.out());
      assertTrue(refused.err().contains(each.getValue()), refused.err());
    }
    assertFalse(Files.exists(directory.resolve("data/keys")));
  }

  @Test
  void aDirectoryIsNoKeyFile() {
    CommandRun run = run("dkim", "import", "example.org", "old", directory.toString());
    assertEquals(Facteur.PROBLEM, run.code());
    assertTrue(run.err().contains("is a directory"), run.err());
  }

  @Test
  void aDamagedJournalIsNamedWithItsLine() throws IOException {
    run("dkim", "rotate", "example.org");
    Files.writeString(journal, Files.readString(journal).replace("\"generated\"", "\"gnerated\""));
    CommandRun list = run("dkim", "list");
    assertEquals(Facteur.PROBLEM, list.code());
    assertTrue(list.err().contains("line 1 of the journal"), list.err());
  }

  @Test
  void forAPinnedKeyEachRefusalNamesTheImport() {
    run("dkim", "generate", "example.com", "--selector", "mine");
    for (String verb : List.of("revoke", "retire", "compromise", "activate")) {
      CommandRun run = run("dkim", verb, "example.com", "mine");
      assertEquals(Facteur.PROBLEM, run.code(), verb);
      assertTrue(run.err().contains("facteur dkim import example.com mine"), run.err());
    }
    run("dkim", "generate", "example.org", "--selector", "stray");
    CommandRun stray = run("dkim", "revoke", "example.org", "stray");
    assertTrue(stray.err().contains("facteur dkim import example.org stray"), stray.err());
    CommandRun nobody = run("dkim", "revoke", "example.org", "nobody");
    assertTrue(nobody.err().contains("There is no selector nobody"), nobody.err());
  }

  @Test
  void aRevealThatFailsSaysWhyAndNotWhatTheSettingsDoNotSay() throws IOException {
    run("dkim", "rotate", "example.org");
    var key = new KeyName(DomainName.of("example.org"), "nov2026");
    KeyJournal events = KeyWiring.journal(directory.resolve("data/keys"));
    for (KeyEvent.Transition transition :
        List.of(new KeyEvent.Transition.Revoking(), new KeyEvent.Transition.Revoked())) {
      events.append(new KeyEvent(CommandRun.NOW, key, transition, "asked for", "alice"));
    }
    CommandRun run = run("dkim", "reveal", "example.org", "nov2026", "--yes");
    assertEquals(Facteur.PROBLEM, run.code());
    String said = run.out() + run.err();
    assertTrue(said.contains("The key is not public: "), said);
    assertTrue(said.contains("listen.policy"), said);
    assertFalse(said.contains("settings say"), said);
    assertFalse(said.contains("keys.reveal says"), said);
    assertFalse(said.contains("files are still there"), said);

    Files.delete(directory.resolve("data/keys/nov2026.example.org.rsa"));
    CommandRun gone = run("dkim", "reveal", "example.org", "nov2026", "--yes");
    assertTrue(gone.err().contains("not every private key of nov2026"), gone.err());
  }
}
