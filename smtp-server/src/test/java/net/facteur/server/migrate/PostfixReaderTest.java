package net.facteur.server.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyState;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.language.Language;
import net.facteur.server.migrate.Findings.Fate;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.settings.Reference;
import net.facteur.server.setup.Layout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostfixReaderTest {
  private static final String MAIN =
      "myhostname = mail.example.org\nmydestination = $myhostname, example.org, localhost\n"
          + "myorigin = example.org\n";

  @TempDir Path directory = Path.of("");
  private OldServer old = new OldServer(Path.of(""));

  @BeforeEach
  void server() {
    old = new OldServer(directory.resolve("old")).with("etc/postfix/main.cf", MAIN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a = b | b",
        "a = b\\n  c\\n# between\\n\\n\\td | b  c\\td",
        "x = 1\\na = $x${x}$(x) | 111",
        "x = 1\\na = ${x?yes}${x:no} | yes",
        "a = ${x?yes}${x:no} | no",
        "x = 1\\na = ${x?{one}:{two}} | one",
        "a = ${x?{one}:{two}} | two",
        "a = 1$$2 | 1$2",
        "a = 1\\na = 2 | 2",
        "a = ${nowhere | ''",
        "a = $ | $",
        "mydomain = d.example\\na = $myorigin | host.example",
      })
  void variablesAndContinuationsAreThoseOfPostfix(String file, String value) {
    MainCf main =
        MainCf.parse(
            file.replace("\\n", "\n").replace("\\t", "\t").lines().toList(), "host.example");
    assertEquals(value.replace("\\t", "\t"), main.value("a"));
    assertTrue(main.circle().isEmpty());
  }

  @Test
  void aParameterThatLeadsBackToItselfIsASentence() {
    var none =
        assertInstanceOf(
            PostfixReader.Reading.None.class,
            old.with("etc/postfix/main.cf", MAIN + "a = $b\nb = ${c}\nc = $(a)\n").read());
    assertTrue(none.why().in(Language.ENGLISH).contains("leads back to itself"));
    assertFalse(none.why().in(Language.FRENCH).isBlank());
  }

  @Test
  void usersOfTheSystemComeAlongWithTheirPasswords() throws IOException {
    old.with(
            "etc/passwd",
            "root:x:0:0::/root:/bin/bash\n"
                + "alice:x:1000:1000::/home/alice:/bin/bash\n"
                + "gone:x:1001:1001::/home/gone:/bin/sh\n"
                + "www-data:x:33:33::/var/www:/usr/sbin/nologin\n")
        .with(
            "etc/shadow",
            "root:*:1:0:99999:7:::\n"
                + "alice:$6$saltstring$FJjaJ3ZnAe1VTkmwiyQ.1mwcP5UI0mmTUtxRAkViKGfTuP9V2tCQt00H5sC.hSS/hilssoDx5pT7157yZ.vAi.:19700:0:99999:7:::\n"
                + "gone:$6$saltstring$FJjaJ3ZnAe1VTkmwiyQ.1mwcP5UI0mmTUtxRAkViKGfTuP9V2tCQt00H5sC.hSS/hilssoDx5pT7157yZ.vAi.:1:0:1:7:1:2:\n")
        .with(
            "etc/aliases",
            "postmaster: root\nroot: alice\nInfo: alice, bob@example.net\n"
                + "z: /dev/null\ny: z\nboth: /dev/null, alice\n")
        .with("home/alice/.forward", "\\alice, alice@example.com\n");
    Settings settings = old.settled(directory.resolve("new"));
    var users = new UsersFile(AccountsSettings.from(settings).file(), new SecureRandom()).read();
    var alice = users.find(UserName.parse("alice@example.org").orElseThrow()).orElseThrow();
    assertTrue(
        alice.password().orElseThrow().matches("secret-sha512".getBytes(StandardCharsets.UTF_8)));
    assertTrue(
        users
            .find(UserName.parse("gone@example.org").orElseThrow())
            .orElseThrow()
            .password()
            .isEmpty(),
        "the account has ended");
    assertEquals(2, users.users().size());
    Move move = old.move();
    assertTrue(
        settings.get(RoutingSettings.DISCARDED).contains("z@example.org"),
        move.settings().toString());
    assertTrue(OldServer.of(move, Fate.TAKEN, ": z").getFirst().contains("discarded-addresses"));
    assertEquals(List.of(), OldServer.of(move, Fate.LEFT, "/etc/aliases"));
    assertEquals(List.of("alice@example.org"), move.aliases().get("both@example.org"));
    assertEquals("\"alice@example.org\"", move.settings().get("postmaster"));
    assertEquals(
        List.of("alice@example.org", "bob@example.net"), move.aliases().get("info@example.org"));
    assertEquals(
        List.of("alice@example.org"), move.aliases().get("alice@mail.example.org"), "at each name");
    assertEquals(
        List.of("alice@example.org", "alice@example.com"),
        move.forwards().get("alice@example.org"));
  }

  @Test
  void theSmarthostComesAlongWithItsPassword() throws IOException {
    old.with(
            "etc/postfix/main.cf",
            MAIN
                + "relayhost = [smtp.provider.example]:submission\n"
                + "smtp_sasl_password_maps = texthash:/etc/postfix/sasl\n")
        .with(
            "etc/postfix/sasl",
            "[smtp.provider.example]:submission me@provider.example:pass:word\n");
    Path to = directory.resolve("new");
    old.settled(to);
    String conf = Files.readString(to.resolve("conf/mail.conf"));
    assertTrue(conf.contains("smarthost.host = \"smtp.provider.example\""), conf);
    assertTrue(conf.contains("smarthost.port = 587"), conf);
    assertTrue(conf.contains("smarthost.tls = encrypt"), conf);
    assertFalse(conf.contains("pass:word"), "in a file of its own");
    Path secret = to.resolve("data/smarthost.password");
    assertEquals("pass:word\n", Files.readString(secret));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)));
  }

  @Test
  void mailInOneFileIsNamedWithWhatBringsItAlong() {
    old.with("etc/passwd", "alice:x:1000:1000::/home/alice:/bin/bash\n")
        .with("etc/shadow", "alice:!:1::::::\n")
        .with("var/mail/alice", "From bob@example.net Mon Nov 30 10:00:00 2026\n\nhello\n")
        .with("var/mail/gone", "From bob@example.net Mon Nov 30 10:00:00 2026\n\nhello\n")
        .with("var/mail/empty", "")
        .with("var/mail/other", "no mail");
    Move move = old.move();
    String alice = OldServer.of(move, Fate.LEFT, "/var/mail/alice").getFirst();
    assertTrue(alice.contains("doveadm import -u alice@example.org mbox:"), alice);
    assertTrue(alice.contains(old.root() + "/var/mail/alice"), alice);
    assertEquals(1, OldServer.of(move, Fate.LEFT, "/var/mail/gone").size());
    assertEquals(0, OldServer.of(move, Fate.LEFT, "/var/mail/empty").size());
    assertEquals(0, OldServer.of(move, Fate.LEFT, "/var/mail/other").size());
  }

  @ParameterizedTest
  @CsvSource({"s1,s1-ed,s1", "rsa2026,ed255192026,{alg}2026"})
  void bothKindsOfKeysSignAndFurtherOnesRetire(String rsa, String ed25519, String name)
      throws IOException {
    DkimPrivateKey key = DkimPrivateKey.generate(KeyType.RSA, 2048, new SecureRandom());
    DkimPrivateKey other = DkimPrivateKey.generate(KeyType.RSA, 1024, new SecureRandom());
    DkimPrivateKey ed = DkimPrivateKey.generate(KeyType.ED25519, 2048, new SecureRandom());
    old.with(
            "etc/opendkim.conf",
            "KeyTable file:/etc/opendkim/KeyTable\n"
                + "SigningTable refile:/etc/opendkim/SigningTable\n"
                + "MultipleSignatures yes\n")
        .with(
            "etc/opendkim/KeyTable",
            "e example.org:"
                + ed25519
                + ":/keys/e\nk example.org:"
                + rsa
                + ":/keys/k\no example.org:s2019:/keys/o\nn example.org:next:/keys/o\n")
        .with("etc/opendkim/SigningTable", "*@example.org e\n*@example.org k\n*@example.org o\n")
        .with("keys/k", key.toPem())
        .with("keys/o", other.toPem())
        .with("keys/e", ed.toPem());
    Settings settings = old.settled(directory.resolve("new"));
    Path where = KeySettings.from(settings).directory();
    var ring = KeyWiring.journal(where).read();
    var domain = DomainName.of("example.org");
    assertEquals(Map.of(domain, name), ring.active());
    assertEquals(Set.of(KeyType.RSA, KeyType.ED25519), ring.active(domain).orElseThrow().types());
    assertInstanceOf(
        KeyState.Retiring.class, ring.find(new KeyName(domain, "s2019")).orElseThrow().state());
    assertTrue(Files.exists(where.resolve(ed25519 + ".example.org.ed25519")));
    assertTrue(Files.exists(where.resolve(rsa + ".example.org.rsa")));
    Move move = old.move();
    assertEquals(1, OldServer.of(move, Fate.TAKEN, ed25519).size());
    assertEquals(1, OldServer.of(move, Fate.OTHERWISE, "s2019").size());
    String unused = OldServer.of(move, Fate.LEFT, "next").getFirst();
    assertTrue(unused.contains("facteur dkim import example.org next /keys/o"), unused);
  }

  @Test
  void theOldKeySignsAndARotationIsFree() throws IOException {
    DkimPrivateKey key = DkimPrivateKey.generate(KeyType.RSA, 2048, new SecureRandom());
    DkimPrivateKey ed = DkimPrivateKey.generate(KeyType.ED25519, 2048, new SecureRandom());
    old.with(
            "etc/opendkim.conf",
            "KeyTable file:/etc/opendkim/KeyTable\n"
                + "SigningTable refile:/etc/opendkim/SigningTable\n"
                + "MultipleSignatures yes\n")
        .with(
            "etc/opendkim/KeyTable",
            "k example.org:s2019:/keys/a\ne example.org:e1:/keys/e\nv example.net:x:/keys/a\n")
        .with("etc/opendkim/SigningTable", "*@example.org k\n*@example.org e\n*@example.net v\n")
        .with("keys/a", key.toPem())
        .with("keys/e", ed.toPem());
    Settings settings = old.settled(directory.resolve("new"));
    KeySettings keys = KeySettings.from(settings);
    var ring = KeyWiring.journal(keys.directory()).read();
    assertEquals(Map.of(DomainName.of("example.org"), "s2019"), ring.active());
    Move move = old.move();
    assertEquals(1, OldServer.of(move, Fate.TAKEN, "s2019").size());
    String left = OldServer.of(move, Fate.LEFT, "e1").getFirst();
    assertTrue(left.contains("at s2019-ed"), left);
    assertEquals(1, OldServer.of(move, Fate.LEFT, "example.net").size());
  }

  @Test
  void whatCannotBeReadIsASentenceAndTheRestGoesOn() throws IOException {
    old.with(
            "etc/postfix/main.cf",
            MAIN
                + "virtual_alias_maps = hash:/etc/postfix/nul, hash:/etc/postfix/latin1,"
                + " mysql:/etc/postfix/sql.cf, proxy:ldap:/etc/postfix/ldap.cf,"
                + " hash:/etc/postfix/gone, hash:/etc/postfix\n")
        .with("etc/postfix/nul", new byte[] {'a', 0, 'b'})
        .with(
            "etc/postfix/latin1",
            "caf\u00e9@example.org x@example.net\n".getBytes(StandardCharsets.ISO_8859_1))
        .with("etc/aliases", "a: :include:/etc/one\nb: x@example.net\n: nobody\n")
        .with("etc/one", ":include:/etc/two\n")
        .with("etc/two", ":include:/etc/one\n");
    Move move = old.move();
    for (String file : List.of("nul", "sql.cf", "gone", "hash:/etc/postfix")) {
      assertFalse(OldServer.of(move, Fate.LEFT, file).isEmpty(), file);
    }
    assertTrue(
        OldServer.of(move, Fate.LEFT, "ldap.cf").getFirst().contains("facteur ldap test ADDRESS"));
    assertEquals(List.of("x@example.net"), move.aliases().get("caf\u00e9@example.org"));
    assertEquals(List.of("x@example.net"), move.aliases().get("b@example.org"));
    assertTrue(
        move.findings().of(Fate.LEFT).stream()
            .anyMatch(f -> f.says().in(Language.ENGLISH).contains("include each other")));
    assertEquals(1, OldServer.of(move, Fate.LEFT, "/etc/aliases, 3").size());
  }

  @Test
  void aDomainThatStandsForAnotherOneIsTakenAsSuch() throws IOException {
    old.with(
            "etc/postfix/main.cf",
            MAIN
                + "virtual_alias_domains = one.example, two.example, three.example, four.example\n"
                + "virtual_alias_maps = hash:/etc/postfix/v\n")
        .with(
            "etc/postfix/v",
            """
            @one.example @two.example
            @two.example @example.org
            @three.example @four.example
            @four.example @three.example
            sales@example.org sales@one.example
            info@example.org hello@one.example
            hello@example.org x@example.net
            """);
    Move move = old.move();
    assertEquals(
        Map.of("one.example", "example.org", "two.example", "example.org"), move.domainAliases());
    assertEquals(
        List.of("leads back to itself"),
        OldServer.of(move, Fate.LEFT, "@three.example @four.example"));
    assertEquals(
        List.of("leads back to itself"), OldServer.of(move, Fate.LEFT, "sales@example.org"));
    assertEquals(List.of(), OldServer.of(move, Fate.LEFT, "info@example.org"));
    assertEquals(List.of("hello@one.example"), move.aliases().get("info@example.org"));
    Settings settings = old.settled(directory.resolve("new"));
    for (String domain : List.of("one.example", "two.example")) {
      assertEquals(
          Optional.of(DomainName.of("example.org")),
          settings.find(RoutingSettings.ALIAS_OF, domain));
    }
  }

  @Test
  void timesOfTheQueueAreTakenInTheirUnitsAndWithinBounds() throws IOException {
    old.with(
        "etc/postfix/main.cf",
        MAIN
            + """
            minimal_backoff_time = 300
            maximal_backoff_time = 2w
            maximal_queue_lifetime = 3
            delay_warning_time = 4
            queue_minfree = 0
            inet_protocols = ipv4
            mailbox_size_limit = 0
            maillog_file = /var/log/mail.log
            """);
    Move move = old.move();
    assertEquals("300s", move.settings().get("queue.first-retry"));
    assertEquals("86400s", move.settings().get("queue.longest-retry"));
    assertEquals("3d", move.settings().get("queue.life"));
    assertEquals("4h", move.settings().get("queue.delay-report"));
    assertEquals("0B", move.settings().get("queue.minimum-free"));
    assertEquals("ipv4-only", move.settings().get("delivery.families"));
    assertEquals(1, OldServer.of(move, Fate.OTHERWISE, "maximal_backoff_time").size());
    assertEquals(1, OldServer.of(move, Fate.OTHERWISE, "maillog_file").size());
    assertEquals(List.of(), OldServer.of(move, Fate.LEFT, "_"));
    assertEquals(
        DeliverySettings.Families.IPV4_ONLY,
        old.settled(directory.resolve("new")).get(DeliverySettings.FAMILIES));
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws IOException {
    old.with("etc/postfix/main.cf", MAIN + "virtual_alias_maps = hash:/etc/postfix/huge\n")
        .with("etc/postfix/huge", "");
    try (var file =
        java.nio.channels.FileChannel.open(
            old.root().resolve("etc/postfix/huge"), java.nio.file.StandardOpenOption.WRITE)) {
      file.write(java.nio.ByteBuffer.allocate(1), OldTree.OCTETS_MAX + 1);
    }
    assertEquals(List.of("is larger than 64 MiB"), OldServer.of(old.move(), Fate.LEFT, "huge"));
  }

  @Test
  void aHundredThousandAliasesAreReadInOneGo() throws IOException {
    var rows = new StringBuilder();
    for (int i = 0; i < 120_000; i++) {
      rows.append("u").append(i).append("@example.org x@example.net\n");
    }
    old.with("etc/postfix/main.cf", MAIN + "virtual_alias_maps = hash:/etc/postfix/v\n")
        .with("etc/postfix/v", rows.toString());
    Move move = old.move();
    assertEquals(100_000, move.aliases().size());
    assertFalse(OldServer.of(move, Fate.LEFT, "u119999").isEmpty());
  }

  @Test
  void linksOfTheOldMachineStayWithinItsTree() throws IOException {
    old.with("etc/letsencrypt/archive/mail.example.org/fullchain1.pem", "CHAIN")
        .with("etc/letsencrypt/archive/mail.example.org/privkey1.pem", "KEY")
        .with(
            "etc/postfix/main.cf",
            MAIN
                + "smtpd_tls_cert_file = /etc/letsencrypt/live/mail.example.org/fullchain.pem\n"
                + "smtpd_tls_key_file = /etc/letsencrypt/live/mail.example.org/privkey.pem\n");
    Path live = old.root().resolve("etc/letsencrypt/live/mail.example.org");
    Files.createDirectories(live);
    Files.createSymbolicLink(
        live.resolve("fullchain.pem"), Path.of("../../archive/mail.example.org/fullchain1.pem"));
    Files.createSymbolicLink(
        live.resolve("privkey.pem"),
        Path.of("/etc/letsencrypt/archive/mail.example.org/privkey1.pem"));
    Move move = old.move();
    assertEquals(new Move.Certificate("CHAIN", "KEY"), move.certificate().orElseThrow());
    assertTrue(OldServer.of(move, Fate.OTHERWISE, "fullchain").getFirst().contains("certbot"));
  }

  @Test
  void nothingOfTheOldServerChangesAndTwiceDoesNoHarm() throws IOException {
    old.with("etc/aliases", "postmaster: root\nroot: x@example.net\n")
        .with("etc/postsrsd.secret", "secret\n");
    var before = old.state();
    Path to = directory.resolve("new");
    old.settled(to);
    var written = new OldServer(to).state();
    assertEquals(before, old.state());
    var again =
        new NewServer(
            Layout.below(to),
            Reference.loader(Map.of(), Optional.of("mail.example.org")),
            new SecureRandom(),
            () -> OldServer.NOW);
    assertEquals(Optional.of(to.resolve("conf/mail.conf")), again.taken());
    assertThrows(IOException.class, () -> again.write(old.move(), Optional.empty()));
    assertEquals(
        written.keySet(), new OldServer(to).state().keySet(), "nothing is undone of before");
    assertEquals(written, new OldServer(to).state());
  }

  @Test
  void whatFailsHalfwayLeavesNothing() throws IOException {
    Path to = directory.resolve("new");
    old.with("etc/postsrsd.secret", "secret\n");
    Files.createDirectories(to.resolve("data/users"));
    assertThrows(IOException.class, () -> old.settled(to));
    assertTrue(Files.notExists(to.resolve("conf")), "no settings");
    assertTrue(Files.notExists(to.resolve("data/srs-secret")));
    assertTrue(Files.isDirectory(to.resolve("data/users")), "what was there stays");
  }

  @Test
  void noDomainIsASentence() {
    assertInstanceOf(
        PostfixReader.Reading.None.class,
        old.with("etc/postfix/main.cf", "mydestination = localhost\n").read());
    assertInstanceOf(
        PostfixReader.Reading.None.class, new OldServer(directory.resolve("empty")).read());
  }

  @Test
  void dovecotsSettingsAreFollowedThroughTheirIncludes() throws IOException {
    old.with("etc/dovecot/dovecot.conf", "!include_try conf.d/*.conf\n!include dovecot.conf\n")
        .with(
            "etc/dovecot/conf.d/10-auth.conf",
            "auth_mechanisms = plain\n"
                + "passdb {\n"
                + "  driver = passwd-file\n"
                + "  # comment\n"
                + "  args = scheme=plain username_format=%n /etc/dovecot/users\n"
                + "}\n"
                + "passdb {\n"
                + "  driver = sql\n"
                + "}\n"
                + "passdb {\n"
                + "  driver = ldap\n"
                + "}\n")
        .with("etc/dovecot/users", "alice:secret:::::/srv/alice:userdb_quota_rule=*:bytes=2G\n");
    Move move = old.move();
    var alice = move.users().getFirst();
    assertEquals("alice@example.org", alice.name().text());
    assertTrue(alice.password().orElseThrow().matches("secret".getBytes(StandardCharsets.UTF_8)));
    assertEquals(Optional.of(2L << 30), alice.quota());
    assertEquals(1, OldServer.of(move, Fate.LEFT, "passdb sql").size());
    assertTrue(
        OldServer.of(move, Fate.LEFT, "passdb ldap").getFirst().contains("facteur ldap test"));
    assertTrue(OldServer.of(move, Fate.OTHERWISE, "alice").getFirst().contains("PLAIN"));
  }

  @Test
  void dovecot24NamesItsFilesOtherwise() throws IOException {
    old.with(
            "etc/dovecot/dovecot.conf",
            "dovecot_config_version = 2.4.0\n"
                + "passdb passwd-file {\n"
                + "  passwd_file_path = /etc/dovecot/users\n"
                + "  default_password_scheme = plain\n"
                + "}\n")
        .with("etc/dovecot/users", "alice@example.org:secret::::::\n");
    assertEquals("alice@example.org", old.move().users().getFirst().name().text());
  }

  @Test
  void deliveryToDovecotStays() throws IOException {
    old.with(
        "etc/postfix/main.cf",
        MAIN
            + "virtual_transport = lmtp:unix:private/dovecot-lmtp\n"
            + "smtpd_milters = inet:localhost:11332, local:opendkim/opendkim.sock\n"
            + "smtpd_recipient_restrictions = reject_rbl_client zen.spamhaus.org,"
            + " check_policy_service unix:private/policyd-spf\n");
    Move move = old.move();
    assertEquals(
        "\"/var/spool/postfix/private/dovecot-lmtp\"", move.settings().get("mailboxes.lmtp"));
    assertEquals(1, OldServer.of(move, Fate.LEFT, "11332").size());
    assertEquals(1, OldServer.of(move, Fate.TAKEN, "opendkim.sock").size());
    assertEquals(1, OldServer.of(move, Fate.LEFT, "zen.spamhaus.org").size());
    assertEquals(1, OldServer.of(move, Fate.TAKEN, "policyd-spf").size());
    old.settled(directory.resolve("new"));
  }

  /// Debian's Postfix makes the database; its text is gone.
  @Test
  @Tag("peer")
  void aDatabaseWithoutItsTextIsRead() throws Exception {
    boolean there =
        Stream.of("/usr/sbin/postmap", "/usr/bin/postmap").anyMatch(p -> Files.exists(Path.of(p)));
    if (!there) {
      System.err.println("not run: apt-get install postfix");
      assertFalse("true".equals(System.getenv("CI")), "Postfix is missing");
    }
    assumeTrue(there);
    old.with("etc/postfix/main.cf", MAIN + "virtual_alias_maps = hash:/etc/postfix/virtual\n")
        .with("etc/postfix/virtual", "Info@example.org  alice@example.net, bob@example.net\n");
    Path text = old.root().resolve("etc/postfix/virtual");
    Process postmap = new ProcessBuilder("postmap", "hash:" + text).inheritIO().start();
    assertTrue(postmap.waitFor(30, TimeUnit.SECONDS));
    Files.delete(text);
    var before = old.state();
    Move move =
        assertInstanceOf(
                PostfixReader.Reading.Found.class,
                new PostfixReader(OldTree.around(old.root()), new Postmap(), () -> OldServer.NOW)
                    .read("mail.example.org"))
            .move();
    assertEquals(
        List.of("alice@example.net", "bob@example.net"), move.aliases().get("info@example.org"));
    assertEquals(before, old.state());
  }
}
