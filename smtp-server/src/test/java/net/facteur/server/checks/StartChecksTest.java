package net.facteur.server.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.keys.tlsa.CertificateDirectory;
import net.facteur.server.keys.tlsa.CertificateStore;
import net.facteur.server.language.Language;
import net.facteur.server.net.BindFailure;
import net.facteur.server.net.Doors;
import net.facteur.server.settings.Reference;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.CertificateRequest;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
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
      listen { submission = [], submissions = [] }
      """;

  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private static final Reader STRANGER =
      new Reader("facteur", 65_000, Set.of(65_000), new Reader.View.Everything());

  @TempDir private Path home;

  @BeforeEach
  void aDirectoryOfData() throws IOException {
    Files.createDirectories(home.resolve("data"));
    write("empty", "");
    write("garbage", "this is no key\n");
    write("blank", "\nsecret\n");
    write("password", "secret\n");
    write("binary", "se\u0000cret\n");
    write("open", "secret\n");
    Files.setPosixFilePermissions(
        home.resolve("open"), PosixFilePermissions.fromString("rw-r--r--"));
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
    return StartChecks.asked(
        assertInstanceOf(LoadedSettings.Good.class, loaded).settings(), clock(), _ -> List.of());
  }

  private static InstantSource clock() {
    return () -> NOW;
  }

  private static String texts(List<Mistake> mistakes) {
    return String.join("\n", mistakes.stream().map(m -> m.text().in(Language.ENGLISH)).toList());
  }

  @Test
  void settingsThatNeedNothingAreRight() {
    Findings findings = check("");
    assertEquals("", texts(findings.mistakes()));
    assertEquals("", texts(findings.cautions()));
  }

  /// Whoever has the address of reports gets them, and the server reads none.
  @Test
  void nameOfAReportAddressIsToldToWhoeverTakesIt() throws IOException {
    String found =
        texts(
            check(
                    "postmaster = \"hostmaster@example.com\"\n"
                        + "aliases { dmarc-reports = \"alice@example.com\" }\n"
                        + "forwards { tls-reports = \"alice@example.com\" }")
                .cautions());
    assertTrue(
        found.contains("dmarc-reports@example.org is the address for reports of others, and an"),
        found);
    assertTrue(found.contains("the forward of that name does nothing"), found);
    assertTrue(
        texts(check("refused-addresses = [dmarc-reports]").cautions())
            .contains("and is refused: none arrives"));
    assertTrue(
        texts(check("discarded-addresses = [dmarc-reports]").cautions())
            .contains("its mail is thrown away"));
    assertEquals(
        "",
        texts(
            check(
                    "aliases { dmarc-reports = \"a@example.com\" }\n"
                        + "reports.dmarc-address = \"rua\"")
                .cautions()));
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
        "keys.publish-command | missing | which is missing",
        "keys.publish-command | empty | which",
        "keys.update-key-file | garbage | is no TSIG key",
        "keys.update-key-file | empty | which is empty",
        "keys.update-key-file | missing | which is missing",
        "acme.authorities | garbage | no certificate in it",
        "queue.password-file | blank | whose first line is empty",
        "queue.password-file | directory | which is a directory",
        "smarthost.password-file | blank | whose first line is empty",
        "smarthost.password-file | missing | which is missing",
        "srs.secret-file | open | which everybody on this machine can read",
        "queue.password-file | binary | whose first line is no plain text",
        "log.file | directory | which is no regular file",
        "log.file | /dev/null | which is no regular file",
        "control.socket | directory | which is no socket",
        "control.socket | password | which is no socket",
        "control.socket | /run/a-socket-whose-path-is-longer-than-the-hundred-and-seven-octets"
            + "-that-linux-has-room-for-in-a-name-of-its-own | longer than the 107 octets",
        "tls.staging | password | which is no directory",
        "mailboxes.lmtp | password | which is no socket",
        "mailboxes.lmtp | directory | which is no socket",
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

  @ParameterizedTest(name = "{0} as a {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "data/users | directory | should be a file of the server",
        "data/srs-secret | directory | should be a file of the server",
        "data/users | pipe | should be a file of the server",
        "data/srs-secret | pipe | should be a file of the server",
        "data/srs-returns | directory | should be a file of the server",
        "data/keys/journal | pipe | should be a file of the server",
        "data/tls | garbage | should be a directory of the server",
        "data/tls/journal | directory | should be a file of the server",
        "data/queue | garbage | directories.queue names",
        "data/queue/lock | directory | should be a file of the server",
        "data/queue/queue.db | directory | should be a file of the server",
        "data/queue/queue.db | garbage | is no database of SQLite",
        "data/queue/bodies | garbage | should be a directory of the server",
        "data/tls-reports.db | garbage | is no database of SQLite",
        "data/mta-sts | garbage | should be a directory of the server",
        "data/keys/pinned.example.org.rsa | pipe | is no regular file",
        "data/keys/pinned.example.org.rsa | dangling | is a link to a file that is missing",
        "data/keys/pinned.example.org.rsa | directory | is a directory, and no key file",
      })
  void whatTheServerKeepsMustBeOfItsKind(String path, String kind, String reason) throws Exception {
    Path place = home.resolve(path);
    Files.createDirectories(Optional.ofNullable(place.getParent()).orElse(home));
    switch (kind) {
      case "directory" -> Files.createDirectory(place);
      case "dangling" -> Files.createSymbolicLink(place, home.resolve("nowhere"));
      case "pipe" ->
          assertEquals(
              0, new ProcessBuilder("mkfifo", "-m", "600", place.toString()).start().waitFor());
      default -> Files.copy(home.resolve("garbage"), place);
    }
    String pinned =
        path.contains("pinned") ? "domains.\"example.org\".dkim.selector = pinned\n" : "";
    Findings findings = check(pinned);
    String text = texts(findings.mistakes());
    assertEquals(1, findings.mistakes().size(), text);
    assertTrue(text.contains(reason), text);
    assertTrue(text.contains(place.toString()), text);
  }

  @Test
  void aDamagedQueueOfOursIsToldAndDoesNotKeepTheServerFromStarting() throws Exception {
    Path queue = Files.createDirectories(home.resolve("data/queue"));
    Files.copy(home.resolve("garbage"), queue.resolve("queue.db"));
    Files.writeString(queue.resolve("queue.db.roots"), "schema 8 00000002 sum 0\n");
    Findings findings = check("");
    assertEquals(List.of(), findings.mistakes(), () -> texts(findings.mistakes()));
    assertTrue(texts(findings.cautions()).contains("makes a new database"), findings::toString);
  }

  @Test
  void submissionsWithoutACertificateAreAMistake() {
    for (String listeners : List.of("listen.submissions = [\"127.0.0.1:1465\"]\n", "")) {
      LoadedSettings loaded =
          Reference.loader(Map.of(), Optional.empty())
              .parse(
                  "hostname = mail.example.org\ndomains { \"example.org\" {} }\n" + listeners,
                  home.resolve("mail.conf"));
      Findings findings =
          StartChecks.asked(
              assertInstanceOf(LoadedSettings.Good.class, loaded).settings(),
              clock(),
              _ -> List.of());
      assertTrue(
          texts(findings.mistakes()).contains("speaks TLS from the start, and no certificate"),
          findings::toString);
      assertTrue(texts(findings.mistakes()).contains("listen.submissions = []"));
      assertEquals("", texts(findings.cautions()));
    }
  }

  @Test
  void aUsersFileThatIsGoneIsToldInPlaceOfThoseWhoLeadToNobody() throws IOException {
    write("data/users.lock", "");
    Findings findings = check("postmaster = alice\n");
    assertEquals("", texts(findings.mistakes()));
    assertEquals(1, findings.cautions().size(), findings::toString);
    assertTrue(texts(findings.cautions()).contains("the users file is gone"), findings::toString);
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
    assertTrue(text.contains("mail.conf, line 4"), text);
    assertTrue(text.contains("nokey"), text);
    assertTrue(text.contains("facteur dkim generate example.org --selector nokey"), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bob@example.org\\nBob@example.org\\n | line 2: this line and line 1 name the same user",
        "bob@example.org rubbish\\n"
            + " | line 1: the line of bob@example.org counts for nothing: its field 1 after the"
            + " name has no =",
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
        "reports.contact = \"a@other.test\" ~ reports.contact is a@other.test, an address of a",
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
        "aliases { a = [] } ~ the alias `a` leads to no address",
        "aliases { a=b,b=c,c=d,d=e,e=f,f=g,g=h,h=i,i=j,j=k,k=l,l=m } ~ aliases nested too deeply",
        "aliases { a = [b], b = [c], c = [a] } ~ aliases in a circle",
        "aliases { a = [nobody, b], b = [a] } ~ the alias `a` leads to b@example.org, and there",
        "aliases { a = a } ~ the alias `a` leads to itself, and there is no such user",
        "aliases { \"a@example.org\" = A } ~ leads to itself, and there is no such user",
        "aliases { a = [\"A@EXAMPLE.org\", \"b@c.test\"] } ~ leads to itself",
        "aliases { a = [nobody, \"|/bin/cat\", noone] } ~ the alias `a` leads to noone@example.org",
        "domains { \"b.test\" {} }, postmaster = root ~ leads to root@b.test",
        "domains { \"b.test\" {} }, aliases { a = alice } ~ leads to alice@b.test",
        "forwards { \"x@example.org\" = [\"a@b.test\"] } ~ there is no such user",
        "listen.trusted-proxies = [\"0.0.0.0/0\"] ~ may say that he is any other host",
        "listen.trusted-proxies = [\"::/0\"] ~ may say that he is any other host",
        "reception.gateways = [\"0.0.0.0/0\"] ~ passes SPF as anybody",
        "relay-domains.\"friend.test\".recipients = [\"*\"] ~ every address of friend.test",
        "listen.trusted-proxies = [10.0.0.7]\\nsubmission.networks = [\"10.0.0.0/8\"]"
            + " ~ both hold 10.0.0.7/32",
        "smarthost { user = me, password-file = \"PASSWORD\" } ~ set without smarthost.host",
        "listen.submission = [\"127.0.0.1:1587\"] ~ so that nobody can log in to hand in mail",
        "smarthost.host = mail.example.org ~ is this server itself",
        "delivery.tls-key = \"PASSWORD\" ~ is set without delivery.tls-certificate",
        "mailboxes.lmtp = \"/run/nowhere/lmtp\" ~ which is missing; mail for users waits",
        "keys.reveal { \"other.test\" = web } ~ keys.reveal names other.test",
        "queue.life = 4d\\nqueue.life = 5d ~ queue.life is set in line 4 already",
      })
  void whatIsHardlyMeantIsAWarningAndNoMistake(String line, String expected) {
    Findings findings =
        check(line.replace("\\n", "\n").replace("PASSWORD", home + "/password") + "\n");
    assertEquals("", texts(findings.mistakes()));
    String text = texts(findings.cautions());
    assertTrue(text.contains(expected), text);
  }

  @Test
  void whoeverHasAMailboxMayBeNamedByTheirOwnAlias() throws IOException {
    var users = new UsersFile(home.resolve("data/users"), new SecureRandom());
    users.edit(
        known -> {
          UserName alice = UserName.parse("alice@example.org").orElseThrow();
          known.put(alice, new User(alice, Optional.empty(), Optional.empty(), List.of()));
          return known;
        });
    Findings findings =
        check("aliases { alice = [Alice, \"b@c.test\"], \"alice+list\" = \"alice+list\" }\n");
    assertEquals("", texts(findings.cautions()));
  }

  @Test
  void aServerWithoutADomainIsAWarning() {
    LoadedSettings loaded =
        Reference.loader(Map.of(), Optional.empty())
            .parse(
                "hostname = mail.example.org\naliases { a = b }\nlisten.submissions = []\n",
                home.resolve("mail.conf"));
    Findings findings =
        StartChecks.asked(
            assertInstanceOf(LoadedSettings.Good.class, loaded).settings(),
            clock(),
            _ -> List.of());
    assertEquals("", texts(findings.mistakes()));
    assertTrue(
        texts(findings.cautions()).contains("there is no domain of ours"), findings::toString);
  }

  /// A certificate that is valid from two days ago for some days.
  private void certificate(String name, String host, int days) {
    try {
      Instant then = NOW.minus(Duration.ofDays(2));
      KeyPair keys = CertificateRequest.generateKeys(new SecureRandom());
      CertificateAuthority.write(keys.getPrivate(), home.resolve(name + ".key"));
      X509Certificate leaf =
          CertificateRequest.selfSigned(
              DomainName.of(host), keys, then, Duration.ofDays(days), new SecureRandom());
      CertificateAuthority.write(List.of(leaf), home.resolve(name + ".pem"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tls(String name) {
    return "tls { certificate = NAME.pem, key = NAME.key }\n".replace("NAME", name);
  }

  /// What the server does at its first start, and whenever it looks.
  private void take(String name) throws Exception {
    Path directory = home.resolve("data/tls");
    var store = new CertificateDirectory(directory);
    ServerCertificate certificate =
        PemFiles.read(
            CertificateFiles.of(home.resolve(name + ".pem"), home.resolve(name + ".key")));
    store.add(certificate);
    String line =
        "{\"at\":\"%s\",\"key\":\"%s\",\"state\":%s,\"reason\":\"a test\",\"by\":\"test\"}\n";
    TlsaRecord key = TlsaRecords.ofKey(certificate.leaf());
    String staged = "\"staged\",\"certificate\":\"" + CertificateStore.name(certificate) + "\"";
    write(
        "data/tls/journal",
        line.formatted(NOW, key, staged) + line.formatted(NOW, key, "\"active\""));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "mail.example.org, 9 | ''",
        "mail.example.org, 1 | it expired at 2026-11-29T12:00:00Z",
        "other.example.net, 9 | it is for [other.example.net], not for mail.example.org",
      })
  void theFirstCertificateIsServedWhateverItIsAndAWarningSaysWhatForeignProgramsDo(
      String certificate, String reason) {
    String[] parts = certificate.split(", ", -1);
    certificate("first", parts[0], Integer.parseInt(parts[1]));
    Findings findings = check(tls("first"));
    assertEquals("", texts(findings.mistakes()));
    assertEquals("", texts(findings.kept()));
    assertEquals(
        reason.isEmpty()
            ? ""
            : home
                + "/mail.conf, line 4: the certificate is served, but programs of users refuse it: "
                + reason,
        texts(findings.cautions()).lines().findFirst().orElse(""));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "mail.example.org, 9 | is not in service yet; it follows by itself",
        "mail.example.org, 1 | cannot go into service: it expired at 2026-11-29T12:00:00Z; the one",
        "other.example.net, 9 | it is for [other.example.net], not for mail.example.org, which the",
      })
  void aLaterCertificateThatStaysOutIsNamedWithTheOneThatStays(String certificate, String reason)
      throws Exception {
    certificate("first", "mail.example.org", 30);
    take("first");
    String[] parts = certificate.split(", ", -1);
    certificate("next", parts[0], Integer.parseInt(parts[1]));
    for (boolean staged : new boolean[] {false, true}) {
      if (staged) {
        Files.createDirectories(home.resolve("data/tls/staging"));
        Files.move(home.resolve("next.pem"), home.resolve("data/tls/staging/fullchain.pem"));
        Files.move(home.resolve("next.key"), home.resolve("data/tls/staging/privkey.pem"));
      }
      Findings findings = check(tls(staged ? "first" : "next"));
      assertEquals("", texts(findings.mistakes()));
      assertEquals("", texts(findings.cautions()));
      String kept = texts(findings.kept());
      assertTrue(kept.contains(reason), kept);
      assertTrue(kept.contains("good until 2026-12-28T12:00:00Z, stays"), kept);
      assertTrue(
          kept.startsWith(
              home + (staged ? "/data/tls/staging/fullchain.pem: " : "/mail.conf, line 4: ")),
          kept);
    }
  }

  @Test
  void theCertificateInServiceMustBeThere() throws Exception {
    certificate("first", "mail.example.org", 30);
    take("first");
    assertEquals("", texts(check(tls("first")).warnings()));
    try (var all = Files.list(home.resolve("data/tls"))) {
      Path stored = all.filter(Files::isDirectory).findFirst().orElseThrow();
      Files.delete(stored.resolve("privkey.pem"));
    }
    String text = texts(check(tls("first")).mistakes());
    assertTrue(text.contains("the certificate in service cannot be used"), text);
    Files.writeString(home.resolve("data/tls/journal"), "garbage\n");
    text = texts(check(tls("first")).mistakes());
    assertTrue(text.contains("the journal of the certificates cannot be used"), text);
  }

  @Test
  void aCertificateOfANameIsLookedAtToo() {
    certificate("first", "mail.example.org", 30);
    certificate("smtp", "smtp.example.com", 1);
    Findings findings =
        check(
            tls("first")
                + "tls.names.\"smtp.example.com\" { certificate = smtp.pem, key = smtp.key }\n");
    assertEquals("", texts(findings.mistakes()));
    assertTrue(
        texts(findings.cautions()).contains("programs that ask for smtp.example.com refuse"),
        findings::toString);
  }

  /// What is wrong for a user who may enter the directory of the test, and no more.
  private Findings checkFor(String more) throws IOException {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path conf = home.resolve("mail.conf");
    Files.writeString(conf, BASE + more);
    Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rw-r--r--"));
    LoadedSettings loaded = Reference.loader(Map.of(), Optional.empty()).load(conf);
    return StartChecks.of(
        assertInstanceOf(LoadedSettings.Good.class, loaded).settings(), STRANGER, clock());
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        // what is closed, its mode, whether it stops a start, what is said
        "data | rwx------ | true | directories.data names HOME/data, which facteur, who runs",
        "data/queue | rwxr-xr-x | true | directories.queue names HOME/data/queue, which facteur",
        "data/queue/queue.db | rw-r--r-- | true | cannot use HOME/data/queue/queue.db, since it",
        "data/queue/bodies | rwxr-xr-x | true | cannot use HOME/data/queue/bodies, since it",
        "data/keys | rwx------ | true | directories.keys names HOME/data/keys, which facteur",
        "data/keys/journal | rw------- | true | cannot use HOME/data/keys/journal, since it",
        "data/tls/journal | rw-r--r-- | true | cannot use HOME/data/tls/journal, since it",
        "data/users | rw------- | true | cannot use HOME/data/users, since it belongs to",
        "data/srs-secret | rw------- | true | cannot use HOME/data/srs-secret, since it",
        "data/tls-reports.db | rw-r--r-- | true | cannot use HOME/data/tls-reports.db, since it",
        "data/mta-sts | rwx------ | true | cannot use HOME/data/mta-sts, since it belongs to",
        "data/mail | rw-r--r-- | true | directories.mail names HOME/data/mail, which facteur",
        "data/mail | rwxr-xr-x | false | cannot use HOME/data/mail, since it belongs to",
        "data/mail/example.org | rwx------ | false | cannot use HOME/data/mail/example.org, since",
        "data/withheld-reports | rw-r--r-- | false | cannot use HOME/data/withheld-reports, since",
        "data/quarantine | r-xr-xr-x | false | cannot use HOME/data/quarantine, since it belongs",
        "data/doctor | rw-r--r-- | false | cannot use HOME/data/doctor, since it belongs to",
        "data/notes-of-somebody | rw------- | false | ''",
      })
  void whatTheServersUserCannotUseIsTold(String path, String mode, boolean stops, String said)
      throws IOException {
    for (String directory :
        List.of(
            "queue/bodies",
            "queue/staging",
            "keys",
            "tls",
            "mta-sts",
            "mail/example.org/alice",
            "quarantine")) {
      Files.createDirectories(home.resolve("data").resolve(directory));
    }
    try (var all = Files.walk(home.resolve("data"))) {
      for (Path each : all.toList()) {
        Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx"));
      }
    }
    Path closed = home.resolve(path);
    if (Files.notExists(closed)) {
      write(path, path.endsWith("srs-secret") ? "secret" : "");
    }
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString(mode));
    Findings findings = checkFor("");
    String text = texts(stops ? findings.mistakes() : findings.cautions());
    assertTrue(text.contains(said.replace("HOME", home.toString())), text);
    assertEquals(stops ? 1 : 0, findings.mistakes().size(), () -> texts(findings.mistakes()));
    assertEquals(said.isEmpty(), !text.contains("chown -R facteur: " + home.resolve("data")), text);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "directories.mail = password | directories.mail names HOME/data/password, which is no",
        "directories.queue = \"password/q\" | which cannot be made: HOME/data/password is no",
        "directories.keys = \"/root/k\" | directories.keys names /root/k, which",
        "directories.mail = \"HOME/m\" | which is missing, and facteur, who runs the server, may"
            + " not",
        "include \"more.conf\" | more.conf: is a file of the settings, which facteur, who runs the",
        "keys.update-key-file = tsig | keys.update-key-file names HOME/tsig, which facteur, who",
      })
  void whatTheServersUserCannotMakeOrReadStopsTheStart(String line, String said)
      throws IOException {
    write("data/password", "");
    write("more.conf", "");
    write("tsig", "key");
    Files.setPosixFilePermissions(
        home.resolve("data"), PosixFilePermissions.fromString("rwxrwxrwx"));
    Findings findings = checkFor(line.replace("HOME", home.toString()) + "\n");
    String text = texts(findings.mistakes());
    assertTrue(text.contains(said.replace("HOME", home.toString())), text);
    assertEquals(1, findings.mistakes().size(), text);
  }

  @Test
  void aListenerThatCannotBeOpenedIsAWarning() {
    LoadedSettings loaded =
        Reference.loader(Map.of(), Optional.empty())
            .parse(BASE + "listen.acme = [\"192.0.2.1:80\"]\n", home.resolve("mail.conf"));
    var settings = assertInstanceOf(LoadedSettings.Good.class, loaded).settings();
    var asked = new ArrayList<InetSocketAddress>();
    Findings findings =
        StartChecks.asked(
            settings,
            clock(),
            all -> {
              asked.addAll(all);
              return List.of(BindFailure.forbidden(all.getLast()));
            });
    assertEquals("", texts(findings.mistakes()));
    assertEquals(
        List.of("0.0.0.0:25", "[::]:25", "192.0.2.1:80"),
        asked.stream().map(NetworkTypes::print).toList());
    String text = texts(findings.cautions());
    assertTrue(text.contains("mail.conf, line 4: cannot listen on 192.0.2.1:80: the user"), text);
  }

  @Test
  void passwordsThatPassWhereStrangersListenAreAWarning() {
    String joined = BASE + "imap.dovecot = true\nimap.listen = [\"127.0.0.1:8625\", ";
    for (String address : List.of("192.0.2.1:8625", "10.0.0.2:8625")) {
      LoadedSettings loaded =
          Reference.loader(Map.of(), Optional.empty())
              .parse(joined + "\"" + address + "\"]\n", home.resolve("mail.conf"));
      Findings findings =
          StartChecks.asked(
              assertInstanceOf(LoadedSettings.Good.class, loaded).settings(),
              clock(),
              _ -> List.of());
      String text = texts(findings.cautions());
      assertEquals(
          address.startsWith("192"),
          text.contains("imap.listen holds 192.0.2.1:8625, where passwords pass without TLS"),
          text);
      assertFalse(text.contains("holds 127"), text);
    }
  }

  @Test
  void webWithoutACertificateIsAWarning() {
    for (String listener : List.of("listen.web", "listen.policy")) {
      String text = texts(check(listener + " = [\"127.0.0.1:0\"]\n").cautions());
      assertTrue(text.contains(listener + " serves HTTPS and there is no certificate"), text);
    }
  }

  @Test
  void aSourceThatTheMachineLacksIsAWarning() {
    LoadedSettings loaded =
        Reference.loader(Map.of(), Optional.empty())
            .parse(
                BASE + "listen.reception = []\ndelivery.sources = [\"192.0.2.1\", \"127.0.0.1\"]\n",
                home.resolve("mail.conf"));
    Findings findings =
        StartChecks.asked(
            assertInstanceOf(LoadedSettings.Good.class, loaded).settings(),
            clock(),
            Doors::tryEach);
    assertEquals("", texts(findings.mistakes()));
    assertEquals(1, findings.cautions().size(), findings::toString);
    assertTrue(
        texts(findings.cautions())
            .contains("line 5: delivery.sources holds 192.0.2.1: this machine"),
        findings::toString);
  }

  @Test
  void portsThatTheServersUserMayNotOpenAreToldToRoot() {
    assumeTrue(DoorChecks.firstForAll() > 25, "every user may open port 25 here");
    LoadedSettings loaded =
        Reference.loader(Map.of(), Optional.empty())
            .parse(
                BASE
                    + "listen.reception = [\"127.0.0.1:587\", \"127.0.0.1:25\","
                    + " \"127.0.0.1:62025\"]\n",
                home.resolve("mail.conf"));
    var settings = assertInstanceOf(LoadedSettings.Good.class, loaded).settings();
    for (boolean opens : new boolean[] {false, true}) {
      var unit = new ServiceUnit("facteur", Set.of(), Optional.empty(), opens, false);
      var found = new Found(STRANGER);
      new DoorChecks(settings, found, Optional.of(unit)).look(_ -> List.of());
      String text = texts(found.findings(home).cautions());
      assertEquals(opens ? 0 : 1, found.findings(home).cautions().size(), text);
      assertEquals(!opens, text.contains("127.0.0.1:25: the user that Facteur runs as"), text);
      assertEquals(!opens, text.contains("ip_unprivileged_port_start=25"), text);
    }
  }

  @Test
  void theUnitSaysWhoRunsTheServer() throws IOException {
    write(
        "etc/systemd/system/facteur.service",
        """
        [Service]
        User=mail
        Environment=FACTEUR_CONF=/etc/facteur/mail.conf
        StateDirectory=facteur
        AmbientCapabilities=CAP_NET_BIND_SERVICE
        """);
    write(
        "etc/systemd/system/facteur.service.d/override.conf",
        "[Service]\nUser=facteur\n#User=nobody\nSupplementaryGroups=ssl-cert adm\n");
    ServiceUnit unit = ServiceUnit.below(home, Path.of("/etc/facteur/mail.conf")).orElseThrow();
    assertEquals(
        new ServiceUnit(
            "facteur",
            Set.of("ssl-cert", "adm"),
            Optional.of(Path.of("/var/lib/facteur")),
            true,
            false),
        unit);
    assertTrue(unit.gives(Path.of("/var/lib/facteur/data")));
    write("usr/lib/systemd/system/facteur.socket", "[Socket]\n");
    assertTrue(
        ServiceUnit.below(home, Path.of("/etc/facteur/mail.conf")).orElseThrow().passesSockets());
    assertEquals(Optional.empty(), ServiceUnit.below(home, Path.of("/srv/mail.conf")));
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
    Optional<Reader.Barrier> barrier = STRANGER.barrier(home.resolve("closed/users.pem"));
    // The temporary directory itself may be closed to strangers already.
    assertTrue(barrier.isPresent());
    assertTrue(barrier.get().directory(), barrier::toString);
    var trouble =
        new NamedFile(home.resolve("closed/users.pem"), NamedFile.Kind.SECRET).trouble(STRANGER);
    assertTrue(
        trouble
            .orElseThrow()
            .what()
            .in(Language.ENGLISH)
            .contains("facteur, who runs the server, cannot reach"),
        trouble::toString);
    assertTrue(
        trouble.orElseThrow().remedy().in(Language.ENGLISH).contains("chmod o+x"),
        trouble::toString);
  }

  @Test
  void noRemedyOpensAPasswordToEverybody() throws IOException {
    write("password", "secret");
    Path password = home.resolve("password");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    for (NamedFile.Kind kind : List.of(NamedFile.Kind.PASSWORD, NamedFile.Kind.SECRET)) {
      String remedy =
          new NamedFile(password, kind)
              .trouble(STRANGER)
              .orElseThrow()
              .remedy()
              .in(Language.ENGLISH);
      assertTrue(remedy.contains("chown facteur " + password), remedy);
    }
    assertTrue(
        new NamedFile(password, NamedFile.Kind.PUBLIC)
            .trouble(STRANGER)
            .orElseThrow()
            .remedy()
            .in(Language.ENGLISH)
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
