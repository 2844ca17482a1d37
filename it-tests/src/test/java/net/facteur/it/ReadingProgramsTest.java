package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Programs of others read mail: they log in, read, move, delete, meet a full mailbox and a changed
/// password. Some users are in a directory.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@RequiresProgram({
  Program.DOVECOT,
  Program.DOVECOT_IMAP,
  Program.DOVECOT_LUA,
  Program.DOVECOT_SIEVE,
  Program.SLAPD
})
class ReadingProgramsTest {
  private static final String CAROL = "carol@example.org";
  private static final String DAVE = "dave@example.org";
  private static final String LARGE = "Subject: large\r\n\r\n" + "0123456789\r\n".repeat(6000);

  private final ServerLog log = new ServerLog();
  private JoinedDovecot dovecot;
  private Slapd slapd;
  private RunningServer server;

  @BeforeAll
  void join() throws Exception {
    dovecot = JoinedDovecot.prepare();
    var world = new World(dovecot.room("server"));
    slapd =
        Slapd.start(
            world.authority(),
            world.authority().issue(List.of(HostPattern.of("ldap.test")), List.of(World.OURS)));
    server =
        RunningServer.start(
            world,
            dovecot.doveadm()
                + """
                imap.listen = ["127.0.0.1:%d"]
                ldap {
                  servers = ["%s"]
                  base = "dc=example,dc=org"
                  bind-dn = "cn=facteur,dc=example,dc=org"
                  bind-password-file = "%s"
                  authorities = "%s"
                  attributes.quota = mailQuotaSize
                  time-limit = 2s
                  fresh = 0s
                }
                """
                    .formatted(
                        World.freePort(InetAddress.ofLiteral("127.0.0.1")),
                        slapd.secure(),
                        slapd.password(Slapd.MACHINE),
                        slapd.authority()),
            CryptoProviders.detect(),
            InstantSource.system());
    dovecot.ownMail(server.site().data().resolve("mail"));
    dovecot.join(server);
    dovecot.start();
  }

  @AfterAll
  void end() throws Exception {
    log.close();
    server.close();
    slapd.close();
    dovecot.close();
  }

  // ---- users and their mail

  private CommandLineRun facteur(String... words) {
    CommandLineRun run =
        CommandLineRun.of(
            Stream.concat(
                    Stream.of(words), Stream.of("-c", server.site().configuration().toString()))
                .toArray(String[]::new));
    assertEquals(0, run.code(), run.text());
    return run;
  }

  private static String password(CommandLineRun run) {
    return run.text()
        .lines()
        .filter(line -> line.startsWith("password: "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(run.text()))
        .substring("password: ".length());
  }

  /// Adds a user.
  ///
  /// @return the password
  private String user(String address) {
    return password(facteur("user", "add", address, "--generate"));
  }

  private ImapLink imap(String user, String password) throws IOException {
    return link().as(user, password);
  }

  private ImapLink link() throws IOException {
    return ImapLink.open(dovecot.at(JoinedDovecot.Port.IMAP), server.world().trust());
  }

  private void await(ImapLink link, String folder, int messages) throws Exception {
    Await.until(
        () -> link.command("STATUS " + folder + " (MESSAGES)") + dovecot.log(),
        () ->
            link.done("STATUS " + folder + " (MESSAGES)").contains("(MESSAGES " + messages + ")"));
  }

  private Path secret(String name, String text) throws IOException {
    Path file = dovecot.room("programs").resolve(name);
    Files.writeString(file, text, StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private InetSocketAddress imaps() {
    return dovecot.at(JoinedDovecot.Port.IMAPS);
  }

  // ---- a directory

  @Test
  void usersOfADirectoryReadWithItsPasswordAndItsQuota() throws Exception {
    server.mail("ventes@example.org");
    for (String login : List.of("carol", CAROL, "VENTES@example.org")) {
      try (ImapLink link = imap(login, Slapd.PASSWORD)) {
        await(link, "INBOX", 1);
        String quota = link.done("GETQUOTAROOT INBOX");
        assertTrue(quota.contains(" 1048576)"), quota);
      }
    }
    try (ImapLink link = link()) {
      assertTrue(link.login("carol", "wrong").contains("[AUTHENTICATIONFAILED]"));
    }
    List<String> refused =
        log.lines().stream()
            .filter(l -> l.contains("service=imap") && l.contains("\"carol\""))
            .toList();
    assertEquals(1, refused.size(), refused::toString);
    slapd.down();
    try (ImapLink link = link()) {
      // Nobody can say whether that is right, so the program is to ask again.
      String later = link.login("dave", Slapd.PASSWORD);
      assertTrue(later.contains("[UNAVAILABLE]"), later);
    }
    try (ImapLink link = imap(CAROL, Slapd.PASSWORD)) {
      await(link, "INBOX", 1);
    } finally {
      slapd.up();
    }
    Await.until(dovecot::log, () -> link().login(DAVE, Slapd.PASSWORD).contains(" OK "));
  }

  // ---- curl

  private Command curl(String user, String password, String path, String... more)
      throws IOException {
    var line =
        new ArrayList<>(
            List.of(
                Program.CURL.path(),
                "--silent",
                "--show-error",
                "--verbose",
                "--config",
                secret("curl", "user = \"" + user + ":" + password + "\"\n").toString(),
                "--cacert",
                server.world().caFile().toString()));
    line.addAll(List.of(more));
    line.add(
        "imaps://" + imaps().getAddress().getHostAddress() + ":" + imaps().getPort() + "/" + path);
    return Command.run(line.toArray(String[]::new));
  }

  @Test
  @RequiresProgram(Program.CURL)
  void curlReadsMovesDeletesAndHearsOfAFullMailbox() throws Exception {
    String gus = "gus@example.org";
    String password = user(gus);
    server.mail(gus);
    try (ImapLink link = imap(gus, password)) {
      await(link, "INBOX", 1);
      String mail = curl(gus, password, "INBOX;MAILINDEX=1").succeeded();
      assertTrue(mail.contains("Subject: to " + gus), mail);
      curl(gus, password, "INBOX", "--request", "MOVE 1 Archive").succeeded();
      await(link, "Archive", 1);
      curl(gus, password, "Archive", "--request", "STORE 1 +FLAGS (\\Deleted)").succeeded();
      curl(gus, password, "Archive", "--request", "EXPUNGE").succeeded();
      await(link, "Archive", 0);
      facteur("user", "quota", gus, "50KiB");
      Path large = secret("large", LARGE);
      Command full = curl(gus, password, "INBOX", "--upload-file", large.toString());
      assertNotEquals(0, full.exitCode(), full::output);
      assertTrue(full.output().contains("[OVERQUOTA]"), full::output);
      await(link, "INBOX", 0);
    }
    String fresh = password(facteur("user", "passwd", gus, "--generate"));
    Command refused = curl(gus, password, "INBOX;MAILINDEX=1");
    assertEquals(67, refused.exitCode(), refused::output);
    Await.until(
        dovecot::log, () -> curl(gus, fresh, "", "--request", "LIST \"\" *").exitCode() == 0);
  }

  // ---- isync

  private Command mbsync(String user, String password, Path local) throws IOException {
    Path settings =
        secret(
            "mbsyncrc",
            """
            IMAPAccount there
            Host %s
            Port %d
            User %s
            PassCmd "cat %s"
            SSLType IMAPS
            SystemCertificates no
            CertificateFile %s

            IMAPStore far
            Account there

            MaildirStore near
            Path %s/
            Inbox %s/INBOX
            SubFolders Verbatim

            Channel all
            Far :far:
            Near :near:
            Patterns *
            Create Both
            Expunge Both
            SyncState *
            """
                .formatted(
                    imaps().getAddress().getHostAddress(),
                    imaps().getPort(),
                    user,
                    secret("mbsync-password", password),
                    server.site().directory().resolve("server.pem"),
                    local,
                    local));
    return Command.run(Program.MBSYNC.path(), "-c", settings.toString(), "-a");
  }

  @Test
  @RequiresProgram(Program.MBSYNC)
  void isyncKeepsACopyOfAMailbox() throws Exception {
    String hedi = "hedi@example.org";
    String password = user(hedi);
    Path local = dovecot.room("isync");
    server.mail(hedi);
    try (ImapLink link = imap(hedi, password)) {
      await(link, "INBOX", 1);
      mbsync(hedi, password, local).succeeded();
      var inbox = new Maildir(local.resolve("INBOX"));
      assertTrue(inbox.mails().getFirst().text().contains("Subject: to " + hedi));
      // Moved here, it is moved there.
      Path archive = local.resolve("Archive/cur/1.here:2,S");
      Files.move(only(local.resolve("INBOX")), archive);
      mbsync(hedi, password, local).succeeded();
      await(link, "Archive", 1);
      await(link, "INBOX", 0);
      Path kept = only(local.resolve("Archive"));
      Files.move(kept, kept.resolveSibling(kept.getFileName() + "T"));
      mbsync(hedi, password, local).succeeded();
      await(link, "Archive", 0);
      facteur("user", "quota", hedi, "50KiB");
      Files.writeString(local.resolve("Archive/cur/2.here:2,S"), LARGE);
      Command full = mbsync(hedi, password, local);
      assertTrue(full.output().contains("OVERQUOTA"), full::output);
    }
    String fresh = password(facteur("user", "passwd", hedi, "--generate"));
    Command refused = mbsync(hedi, password, local);
    assertTrue(refused.output().contains("AUTHENTICATIONFAILED"), refused::output);
    facteur("user", "quota", hedi, "1MiB");
    // Sessions of the old password are ended for two seconds, and nobody tells new ones from them.
    Await.until(dovecot::log, () -> mbsync(hedi, fresh, local).exitCode() == 0);
  }

  private static Path only(Path maildir) throws IOException {
    for (String part : List.of("new", "cur")) {
      try (Stream<Path> files = Files.list(maildir.resolve(part))) {
        Optional<Path> found = files.findFirst();
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    throw new AssertionError(maildir + " is empty");
  }

  // ---- mutt

  /// Runs a program at a terminal where nobody types. script(1) types a Ctrl-D for the end of its
  /// input, and was seen to wait for ever.
  private static final String TERMINAL =
      "import os, pty, sys\n"
          + "os.environ.update(TERM='xterm', COLUMNS='120', LINES='30')\n"
          + "sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))\n";

  /// Has mutt do something in the INBOX of a user, at a terminal.
  private String mutt(String user, String password, String keys) throws IOException {
    Path settings =
        secret(
            "muttrc",
            """
            set imap_user = "%1$s"
            set imap_pass = "%2$s"
            set folder = "imaps://%3$s:%4$d/"
            set spoolfile = "=INBOX"
            set ssl_ca_certificates_file = "%5$s"
            set certificate_file = "%5$s"
            set header_cache = ""
            set confirmappend = no
            set confirmcreate = no
            set delete = yes
            set quit = yes
            set move = no
            set wait_key = no
            set sleep_time = 0
            set tmpdir = "%6$s"
            push "%7$s<quit>"
            """
                .formatted(
                    user,
                    password,
                    imaps().getAddress().getHostAddress(),
                    imaps().getPort(),
                    server.world().caFile(),
                    dovecot.room("programs"),
                    keys));
    return Command.run(
            Program.PYTHON.path().toString(),
            "-c",
            TERMINAL,
            "timeout",
            "--kill-after=5",
            "30",
            Program.MUTT.path().toString(),
            "-n",
            "-F",
            settings.toString())
        .output();
  }

  @Test
  @RequiresProgram({Program.MUTT, Program.PYTHON})
  void muttReadsMovesAndDeletes() throws Exception {
    String ines = "ines@example.org";
    String password = user(ines);
    Path shown = dovecot.room("programs").resolve("shown");
    server.mail(ines);
    try (ImapLink link = imap(ines, password)) {
      await(link, "INBOX", 1);
      String said =
          mutt(
              ines,
              password,
              "<pipe-message>cat >" + shown + "<enter><save-message>=Archive<enter>");
      await(link, "Archive", 1);
      await(link, "INBOX", 0);
      assertTrue(Files.readString(shown).contains("Subject: to " + ines), said);
      mutt(ines, password, "<change-folder>=Archive<enter><delete-message>");
      await(link, "Archive", 0);
    }
    password(facteur("user", "passwd", ines, "--generate"));
    String refused = mutt(ines, password, "");
    assertTrue(refused.toLowerCase(Locale.ROOT).contains("failed"), refused);
  }
}
