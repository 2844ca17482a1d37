package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// `facteur imap roundcube --apply` makes a webmail of Debian's Roundcube, as somebody sees it who
/// sits at a browser.
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@RequiresProgram({
  Program.DOVECOT,
  Program.DOVECOT_IMAP,
  Program.DOVECOT_LUA,
  Program.DOVECOT_SIEVE,
  Program.DOVECOT_MANAGESIEVE,
  Program.ROUNDCUBE,
  Program.ROUNDCUBE_PLUGINS,
  Program.PHP,
  Program.CHROMIUM
})
class RoundcubeTest {
  private static final Path PACKAGE = Path.of("/var/lib/roundcube");
  private static final String WEAK_PASSWORD = "Marseille13!";
  private static final String NEW_PASSWORD = "another-horse-8 é";

  private JoinedDovecot dovecot;
  private RunningServer server;
  private Path roundcube;
  private String before = "";
  private URI page;
  private Process php;

  /// A Dovecot that is joined to nobody yet.
  JoinedDovecot prepare() throws IOException {
    return JoinedDovecot.prepare();
  }

  /// The words before a command that runs where Roundcube is installed.
  List<String> where() {
    return List.of();
  }

  private String[] there(String... words) {
    return Stream.concat(where().stream(), Stream.of(words)).toArray(String[]::new);
  }

  @BeforeAll
  void join() throws Exception {
    dovecot = prepare();
    String ours = World.OURS.getHostAddress();
    server =
        RunningServer.start(
            dovecot.room("server"),
            dovecot.doveadm()
                + "imap.listen = [\"127.0.0.1:"
                + World.freePort(InetAddress.ofLiteral("127.0.0.1"))
                + "\"]\nlisten.submission = [\""
                + ours
                + ":"
                + World.freePort(World.OURS)
                + "\"]\npickup.socket = "
                + dovecot.room("pickup").resolve("sendmail")
                + "\n");
    Files.writeString(
        dovecot.settings().resolve("local.conf"), "sendmail_path = " + sendmail() + "\n");
    dovecot.ownMail(server.site().data().resolve("mail"));
    dovecot.join(server);
    dovecot.start();
    roundcube = install();
    before = tree();
    CommandLineRun run = command("--apply");
    assertEquals(0, run.code(), run.text());
    if (!where().isEmpty()) {
      meet();
    }
    int port = World.freePort(InetAddress.ofLiteral("127.0.0.1"));
    page = URI.create("http://127.0.0.1:" + port + "/");
    php =
        new ProcessBuilder(
                there(
                    Program.PHP.path(),
                    "-S",
                    "127.0.0.1:" + port,
                    "-t",
                    roundcube.resolve("public_html").toString()))
            .redirectErrorStream(true)
            .redirectOutput(dovecot.room("logs").resolve("php.log").toFile())
            .start();
  }

  /// The command asks the Dovecot of this machine for its ports, and this is another one.
  private void meet() throws IOException {
    Path main = roundcube.resolve("config/config.inc.php");
    Files.writeString(
        main,
        Files.readString(main)
            + "$config['imap_host'] = 'tls://%s';\n$config['managesieve_host'] = 'tls://%s';\n"
                .formatted(place(JoinedDovecot.Port.IMAP), place(JoinedDovecot.Port.SIEVE)));
  }

  private String place(JoinedDovecot.Port port) {
    return World.OURS.getHostAddress() + ":" + dovecot.at(port).getPort();
  }

  /// That of the package `facteur-mta`, for the socket of this server.
  private Path sendmail() throws IOException {
    Path room = dovecot.room("pickup");
    Path ours = room.resolve("sendmail.pl");
    Files.copy(Path.of("").toAbsolutePath().resolveSibling("docker/debian/mta/sendmail"), ours);
    Path program =
        Files.writeString(
            room.resolve("program"),
            "#!/bin/sh\nFACTEUR_SENDMAIL_SOCKET="
                + room.resolve("sendmail")
                + " exec perl "
                + ours
                + " \"$@\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  /// The package as it is installed, with settings, plugins of its own, and an empty database.
  private Path install() throws IOException {
    Path copy = dovecot.room("roundcube");
    Command.run(there("cp", "-a", PACKAGE + "/.", copy.toString())).succeeded();
    for (String own : List.of("config", "logs", "plugins/password")) {
      Files.delete(copy.resolve(own));
    }
    Files.createDirectories(copy.resolve("logs"));
    Files.createDirectories(copy.resolve("config"));
    for (String file : List.of("config.inc.php", "defaults.inc.php", "mimetypes.php")) {
      Command.run(there("cp", "-a", "/etc/roundcube/" + file, copy.resolve("config").toString()))
          .succeeded();
    }
    Command.run(
            there(
                "cp",
                "-a",
                "/usr/share/roundcube/plugins/password",
                copy.resolve("plugins").toString()))
        .succeeded();
    Files.deleteIfExists(copy.resolve("plugins/password/drivers/facteur.php"));
    Path main = copy.resolve("config/config.inc.php");
    Files.writeString(
        main,
        Files.readString(main)
                .replaceAll("(?m)^include\\(.*\n", "")
                .replaceAll("(?m)^// facteur imap.*\n", "")
            + "$config['db_dsnw'] = 'sqlite:///"
            + copy.resolve("database")
            + "?mode=0640';\n");
    return copy;
  }

  private CommandLineRun command(String... options) {
    return CommandLineRun.of(
        Stream.concat(
                Stream.of(
                    "imap",
                    "roundcube",
                    "-c",
                    server.site().configuration().toString(),
                    "--dir",
                    roundcube.toString(),
                    "--dovecot",
                    dovecot.settings().toString()),
                Stream.of(options))
            .toArray(String[]::new));
  }

  /// What is in the directories that the command writes to.
  private String tree() throws IOException {
    return Command.run(
            "sh",
            "-c",
            "cd \"$0\" && find config plugins/password ! -type d -exec stat -c '%n %U:%G %a' {} + |"
                + " sort && find config plugins/password ! -type d -exec sha256sum {} + | sort",
            roundcube.toString())
        .succeeded();
  }

  @AfterAll
  void end() throws Exception {
    Optional.ofNullable(php).ifPresent(Command::stop);
    server.close();
    dovecot.close();
  }

  private Browser loggedIn(String user, String password) throws Exception {
    Browser browser = Browser.open(Files.createTempDirectory(dovecot.room("browsers"), "b"));
    try {
      logIn(browser, user, password);
      return browser;
    } catch (Exception | AssertionError e) {
      browser.close();
      throw new AssertionError(log(), e);
    }
  }

  private void logIn(Browser browser, String user, String password) throws Exception {
    browser.go(page);
    browser.type("#rcmloginuser", user);
    browser.type("#rcmloginpwd", password);
    browser.click("#rcmloginsubmit");
    Await.until(() -> browser.text() + log(), () -> browser.text().contains("Inbox"));
  }

  private String log() throws IOException {
    Path errors = roundcube.resolve("logs/errors.log");
    return dovecot.log() + (Files.exists(errors) ? Files.readString(errors) : "");
  }

  private void mail(String to, String subject, String text) throws IOException {
    try (SmtpLink alice = server.alice()) {
      String reply = alice.send(Site.ALICE, to, Mail.of(Site.ALICE, to, subject, text));
      assertTrue(reply.startsWith("250"), reply);
    }
  }

  private ImapLink imap() throws IOException {
    return ImapLink.open(dovecot.at(JoinedDovecot.Port.IMAP), server.world().trust());
  }

  /// Waits until a folder has a message, and returns it.
  private String message(String user, String password, String folder) throws Exception {
    try (ImapLink link = imap().as(user, password)) {
      Await.until(
          () -> link.command("STATUS " + folder + " (MESSAGES)") + log(),
          () -> link.done("STATUS " + folder + " (MESSAGES)").contains("(MESSAGES 1)"));
      link.done("SELECT " + folder);
      return link.done("FETCH 1 (BODY[])");
    }
  }

  @Test
  void mailIsReadAndSentWithTheLoginOfTheUser() throws Exception {
    mail(Site.ALICE, "to be read", "The post has come.");
    try (Browser browser = loggedIn("alice", Site.PASSWORD)) {
      browser.awaitText("to be read");
      String folders = browser.run("return document.querySelector('#mailboxlist').innerText");
      for (String name : List.of("Drafts", "Sent", "Junk", "Trash", "Archive")) {
        assertTrue(folders.contains(name), folders);
      }
      browser.go(
          URI.create(browser.run("return document.querySelector('td.subject a[href]').href")));
      browser.awaitText("The post has come.");
      browser.go(page.resolve("?_task=mail&_action=compose&_to=dora@example.net"));
      browser.type("#compose-subject", "by webmail");
      browser.type("#composebody", "Hello from the browser");
      browser.click("button.send");
      Await.until(
          () -> browser.text() + log(),
          () -> !browser.run("return location.search").contains("compose"));
      String sent = message(Site.ALICE, Site.PASSWORD, "Sent");
      assertTrue(sent.contains("From: " + Site.ALICE), sent);
      assertTrue(sent.contains("Hello from the browser"), sent);
    }
  }

  @Test
  void thePasswordIsChangedInFacteurAndTheSessionGoesOn() throws Exception {
    try (Browser browser = loggedIn(Site.BOB, Site.PASSWORD)) {
      browser.go(page.resolve("?_task=settings&_action=plugin.password"));
      browser.type("#curpasswd", Site.PASSWORD);
      browser.type("#newpasswd", WEAK_PASSWORD);
      browser.type("#confpasswd", WEAK_PASSWORD);
      browser.run("rcmail.command('plugin.password-save')");
      Await.until(
          () -> browser.text() + log(), () -> browser.text().contains("everybody tries it"));
      browser.go(page.resolve("?_task=settings&_action=plugin.password"));
      browser.type("#curpasswd", Site.PASSWORD);
      browser.type("#newpasswd", NEW_PASSWORD);
      browser.type("#confpasswd", NEW_PASSWORD);
      browser.run("rcmail.command('plugin.password-save')");
      Await.until(
          () -> browser.text() + log(), () -> browser.text().contains("Successfully saved"));
      try (ImapLink link = imap()) {
        assertTrue(link.login(Site.BOB, Site.PASSWORD).contains("[AUTHENTICATIONFAILED]"));
      }
      browser.go(page.resolve("?_task=mail"));
      browser.awaitText("Inbox");
    }
    try (Browser browser = loggedIn(Site.BOB, NEW_PASSWORD)) {
      browser.awaitText("Inbox");
    }
  }

  @Test
  void absenceIsToldToWhoeverWrites() throws Exception {
    CommandLineRun added =
        CommandLineRun.of(
            "user",
            "add",
            "-c",
            server.site().configuration().toString(),
            "carl@example.org",
            "--generate");
    assertEquals(0, added.code(), added.text());
    String password = added.text().lines().findFirst().orElseThrow().replace("password: ", "");
    try (Browser browser = loggedIn("carl@example.org", password)) {
      browser.go(page.resolve("?_task=settings&_action=plugin.managesieve-vacation"));
      browser.type("#vacation_subject", "Away");
      browser.type("#vacation_reason", "I am on the lake until Monday.");
      browser.run("document.querySelector('#vacation_status').value = 'on'");
      browser.run("rcmail.command('plugin.managesieve-save')");
      Await.until(
          () -> browser.text() + log(),
          () -> kept("carl").contains("I am on the lake until Monday."));
    }
    mail("carl@example.org", "are you there", "Hello");
    Await.until(
        () -> log() + kept("alice"),
        () -> kept("alice").contains("I am on the lake until Monday."));
    assertTrue(kept("alice").contains("Subject: Away"), kept("alice"));
  }

  /// All that Dovecot keeps for a user: rules, and mail.
  private String kept(String user) throws IOException {
    return Command.run(
            "grep", "-rhs", "", server.site().data().resolve("mail/example.org/" + user).toString())
        .output();
  }

  @Test
  void typedAgainItChangesNothingAndTheSecretIsForTheWebServerAlone() throws Exception {
    assumeTrue(where().isEmpty(), "the files are the same everywhere");
    String joined = tree();
    CommandLineRun again = command("--apply");
    assertEquals(0, again.code(), again.text());
    assertTrue(again.text().contains("nothing had to be changed"), again.text());
    assertEquals(joined, tree());
    Path ours = roundcube.resolve("config/facteur/config.inc.php");
    String secret = Files.readString(server.site().data().resolve("imap/webmail-secret")).strip();
    assertTrue(Files.readString(ours).contains(secret));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(ours)));
    assertEquals(
        Files.getAttribute(roundcube.resolve("config/config.inc.php"), "posix:group"),
        Files.getAttribute(ours, "posix:group"));
    CommandLineRun shown = command();
    assertEquals(0, shown.code(), shown.text());
    assertFalse(shown.text().contains(secret), shown.text());
  }

  @Test
  void whatIsTakenAwayLeavesRoundcubeAsItWas() throws Exception {
    assumeTrue(where().isEmpty(), "the files are the same everywhere");
    Path there = roundcube;
    roundcube = dovecot.room("another").resolve("roundcube");
    try {
      Command.run("cp", "-a", there.toString(), roundcube.toString()).succeeded();
      CommandLineRun none = command("--remove");
      assertEquals(0, none.code(), none.text());
      CommandLineRun apart = command("--remove");
      assertTrue(apart.text().contains("was not joined"), apart.text());
      assertEquals(before, tree());
      CommandLineRun joined = command("--apply");
      assertEquals(0, joined.code(), joined.text());
      assertFalse(before.equals(tree()));
      assertEquals(0, command("--remove").code());
      assertEquals(before, tree());
    } finally {
      roundcube = there;
    }
  }

  @Test
  void settingsThatPhpDoesNotUnderstandStayAsTheyWere() throws Exception {
    assumeTrue(where().isEmpty(), "the files are the same everywhere");
    Path there = roundcube;
    roundcube = dovecot.room("broken").resolve("roundcube");
    try {
      Command.run("cp", "-a", there.toString(), roundcube.toString()).succeeded();
      assertEquals(0, command("--remove").code());
      Path main = roundcube.resolve("config/config.inc.php");
      Files.writeString(main, Files.readString(main) + "$config['x'] = [\n");
      String broken = tree();
      CommandLineRun refused = command("--apply");
      assertEquals(1, refused.code(), refused.text());
      assertTrue(refused.text().contains("php -l " + main), refused.text());
      assertEquals(broken, tree());
    } finally {
      roundcube = there;
    }
  }
}
