package net.facteur.server.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartChecksTest {
  private static final String BASE =
      """
      hostname = mail.example.org
      domains { "example.org" { } }
      """;

  @TempDir private Path home;

  @BeforeEach
  void aDirectoryOfData() throws IOException {
    Files.createDirectories(home.resolve("data"));
    write("empty", "");
    write("garbage", "this is no key\n");
    write("blank", "\nsecret\n");
    write("password", "secret\n");
    Files.createDirectory(home.resolve("directory"));
    Files.createSymbolicLink(home.resolve("dangling"), home.resolve("nowhere"));
  }

  private void write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(file));
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Findings check(String more) {
    return check(more, Map.of());
  }

  private Findings check(String more, Map<String, String> environment) {
    var loader = Reference.loader(environment, Optional.empty());
    LoadedSettings loaded = loader.parse(BASE + more, home.resolve("mail.conf"));
    return StartChecks.of(assertInstanceOf(LoadedSettings.Good.class, loaded).settings());
  }

  private static String texts(List<Mistake> mistakes) {
    return String.join("\n", mistakes.stream().map(Mistake::text).toList());
  }

  @Test
  void settingsThatNeedNothingAreRight() {
    Findings findings = check("");
    assertEquals("", texts(findings.mistakes()));
    assertEquals("", texts(findings.cautions()));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "delivery.authorities | missing | which is missing",
        "delivery.authorities | a/b/missing | the path ends at",
        "delivery.authorities | directory | which is a directory",
        "delivery.authorities | empty | which is empty",
        "delivery.authorities | garbage | no certificate in it",
        "delivery.authorities | dangling | a link to a file that is missing",
        "delivery.authorities | /dev/null | no regular file",
        "dns.trust-anchors | garbage | is not what dns.trust-anchors needs",
        "dns.trust-anchors | directory | which is a directory",
        "keys.update-key-file | garbage | is no TSIG key",
        "keys.update-key-file | empty | which is empty",
        "keys.update-key-file | missing | which is missing",
        "acme.authorities | garbage | no certificate in it",
        "queue.password-file | blank | whose first line is empty",
        "queue.password-file | directory | which is a directory",
        "smarthost.password-file | blank | whose first line is empty",
        "smarthost.password-file | missing | which is missing",
        "srs.secret-file | directory | is a directory",
      })
  void aFileThatCannotBeUsedIsAMistakeWithItsReason(String key, String file, String reason) {
    String user = key.equals("smarthost.password-file") ? "smarthost.user = me\n" : "";
    String path = file.startsWith("/") ? file : home.resolve(file).toString();
    Findings findings = check(user + key + " = \"" + path + "\"\n");
    assertEquals(1, findings.mistakes().size(), () -> texts(findings.mistakes()));
    String text = texts(findings.mistakes());
    assertTrue(text.contains(key), text);
    assertTrue(text.contains(reason == null ? "" : reason), text);
    assertTrue(text.contains("mail.conf, line "), text);
  }

  @Test
  void aCertificateAndAKeyThatDoNotFitAreAMistake() throws IOException {
    write("cert.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    write("key.pem", "garbage\n");
    String text = texts(check("tls { certificate = cert.pem, key = key.pem }\n").mistakes());
    assertTrue(text.contains("cert.pem"), text);
    assertTrue(text.contains("openssl x509"), text);
  }

  @Test
  void aSelectorWithoutKeyIsAMistakeAtItsLine() {
    String text = texts(check("domains.\"example.org\".dkim.selector = nokey\n").mistakes());
    assertTrue(text.contains("mail.conf, line 3"), text);
    assertTrue(text.contains("nokey"), text);
    assertTrue(text.contains("facteur dkim generate example.org --selector nokey"), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bob@example.org\\nBob@example.org\\n | line 2: this line and line 1 name the same user",
        "bob@example.org rubbish\\n | line 1: the line of bob@example.org is damaged",
        "rubbish\\n | line 1: the line is damaged, and nobody can say whose it is",
        "bob@example.org\\nalice@exam | line 2: the file is cut off in this line or behind it",
      })
  void damagedUsersAreToldAndStopNothing(String users, String text) throws IOException {
    write("data/users", users.replace("\\n", "\n"));
    Findings findings = check("aliases { info = \"bob@example.org\" }\n");
    assertEquals("", texts(findings.mistakes()));
    assertTrue(texts(findings.cautions()).contains(text), () -> texts(findings.cautions()));
  }

  @Test
  void aDirectoryInPlaceOfAKeyIsNotToldToBeClosed() {
    String text = texts(check("keys.update-key-file = \"/tmp\"\n").mistakes());
    assertTrue(text.contains("which is a directory"), text);
    assertTrue(!text.contains("chmod"), text);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"0.0.0.0/0\"]",
        "[\"::/0\"]",
        "[\"0.0.0.0/1\", \"128.0.0.0/1\"]",
        "[\"192.0.2.1\", \"2000::/3\"]",
      })
  void anOpenRelayIsAMistake(String networks) {
    String text = texts(check("submission.networks = " + networks + "\n").mistakes());
    assertTrue(text.contains("open relay"), text);
  }

  @Test
  void privateNetworksAreNone() {
    Findings findings = check("submission.networks = [\"10.0.0.0/8\", \"fc00::/7\"]\n");
    assertEquals("", texts(findings.mistakes()));
  }

  @Test
  void proxiesOfOnesOwnAreRight() {
    Findings findings =
        check("listen.trusted-proxies = [\"10.0.0.7\"]\nsubmission.networks = [\"10.0.1.0/24\"]\n");
    assertEquals("", texts(findings.cautions()));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      value = {
        "keys.rsa-bits = 4096 ~ does not fit into 512 octets",
        "hostname = 192.0.2.1 ~ which is an address",
        "postmaster = \"nobody@example.org\" ~ facteur user add nobody@example.org",
        "postmaster = nobody ~ postmaster leads to nobody@example.org",
        "domains.\"example.org\".catch-all = nobody ~ the catch-all of example.org leads to",
        "aliases { info = [\"nobody\"] } ~ the alias `info` leads to nobody@example.org",
        "aliases { \"info@other.test\" = [\"a@b.test\"] } ~ of a domain that is not ours",
        "aliases { info = [\"|/bin/cat\"] } ~ command or a file",
        "aliases { info = [\"/dev/null\"] } ~ command or a file",
        "aliases { Info = [\"a@b.test\"], info = [\"c@d.test\"] } ~ are one address",
        "aliases { a = [b], b = [a] } ~ aliases in a circle",
        "forwards { \"x@example.org\" = [\"a@b.test\"] } ~ there is no such user",
        "listen.trusted-proxies = [\"0.0.0.0/0\"] ~ may say that he is any other host",
        "listen.trusted-proxies = [\"::/0\"] ~ may say that he is any other host",
        "listen.trusted-proxies = [10.0.0.7]\\nsubmission.networks = [\"10.0.0.0/8\"]"
            + " ~ both hold 10.0.0.7/32",
        "keys.reveal { \"other.test\" = web } ~ keys.reveal names other.test",
        "queue.life = 4d\\nqueue.life = 5d ~ queue.life is set in line 3 already",
      })
  void whatIsHardlyMeantIsAWarningAndNoMistake(String line, String expected) {
    Findings findings = check(line.replace("\\n", "\n") + "\n");
    assertEquals("", texts(findings.mistakes()));
    String text = texts(findings.cautions());
    assertTrue(text.contains(expected), text);
  }

  @Test
  void aVariableThatOverridesALineIsAWarning() throws IOException {
    Findings findings =
        check("domains.\"example.org\".dkim.selector = mine\n", Map.of("DKIM_SELECTOR", "theirs"));
    String text = texts(findings.cautions());
    assertTrue(text.contains("the selector mine of example.org does not count"), text);
    assertTrue(text.contains("DKIM_SELECTOR says theirs"), text);
  }

  @Test
  void whoRunsTheServerIsNamedWhereHeCannotRead() throws IOException {
    write("closed/users.pem", "x");
    Files.setPosixFilePermissions(
        home.resolve("closed"), PosixFilePermissions.fromString("rwx------"));
    var stranger = new Reader("facteur", 65_000, Set.of(65_000));
    Optional<Reader.Barrier> barrier = stranger.barrier(home.resolve("closed/users.pem"));
    // The temporary directory itself may be closed to strangers already.
    assertTrue(barrier.isPresent());
    assertTrue(barrier.get().directory(), barrier::toString);
    var trouble =
        new NamedFile(home.resolve("closed/users.pem"), NamedFile.Kind.SECRET).trouble(stranger);
    assertTrue(
        trouble.orElseThrow().what().contains("facteur, who runs the server, cannot reach"),
        trouble::toString);
    assertTrue(trouble.orElseThrow().remedy().contains("chmod o+x"), trouble::toString);
  }

  @Test
  void noRemedyOpensAPasswordToEverybody() throws IOException {
    write("password", "secret");
    Path password = home.resolve("password");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    var stranger = new Reader("facteur", 65_000, Set.of(65_000));
    for (NamedFile.Kind kind : List.of(NamedFile.Kind.PASSWORD, NamedFile.Kind.SECRET)) {
      String remedy = new NamedFile(password, kind).trouble(stranger).orElseThrow().remedy();
      assertTrue(remedy.contains("chown facteur " + password), remedy);
    }
    assertTrue(
        new NamedFile(password, NamedFile.Kind.PUBLIC)
            .trouble(stranger)
            .orElseThrow()
            .remedy()
            .contains("chmod o+r"));
  }

  @Test
  void manyWarningsAreCounted() {
    var aliases = new StringBuilder("aliases {\n");
    for (int i = 0; i < 200; i++) {
      aliases.append("a").append(i).append(" = [nobody]\n");
    }
    Findings findings = check(aliases.append("}\n").toString());
    assertEquals(51, findings.cautions().size());
    assertTrue(texts(findings.cautions()).contains("and 150 more"), () -> "counted");
  }
}
