package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.Argon2Cost;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
class DovecotJoinedTest {
  private static final List<String> NAMES =
      List.of(
          "carl", "dora", "eve", "fred", "gina", "hugo", "ida", "jan", "karl", "lea", "max",
          "nora");

  private static JoinedDovecot dovecot;
  private static RunningServer server;
  private static final ServerLog LOG = new ServerLog();

  @BeforeAll
  static void join() throws Exception {
    List<String> missing = Program.DOVECOT_LUA.missing();
    if (!missing.isEmpty()) {
      ProgramCondition.notRun(String.join(" && ", missing));
    }
    dovecot = JoinedDovecot.prepare();
    Path room = dovecot.room("server");
    server =
        RunningServer.start(
            room,
            dovecot.doveadm()
                + "imap.listen = [\"127.0.0.1:"
                + World.freePort(InetAddress.ofLiteral("127.0.0.1"))
                + "\"]\n"
                + "passwords.failures = 3\n");
    dovecot.ownMail(server.site().data().resolve("mail"));
    for (String name : NAMES) {
      user(name, fresh -> fresh);
    }
    CommandLineRun run = command("--apply");
    assertEquals(0, run.code(), run.text());
    dovecot.start();
  }

  @AfterAll
  static void end() throws Exception {
    LOG.close();
    if (Program.DOVECOT_LUA.missing().isEmpty()) {
      server.close();
      dovecot.close();
    }
  }

  private static CommandLineRun command(String... options) {
    return CommandLineRun.of(
        Stream.concat(
                Stream.of(
                    "imap",
                    "dovecot",
                    "-c",
                    server.site().configuration().toString(),
                    "--dir",
                    dovecot.settings().toString()),
                Stream.of(options))
            .toArray(String[]::new));
  }

  /// Makes or changes a user, of whom the server hears in two seconds.
  private static String user(String name, UnaryOperator<User> change) throws IOException {
    UserName address = UserName.parse(name + "@example.org").orElseThrow();
    var random = new SecureRandom();
    PasswordHash hash =
        PasswordHash.of(
            Site.PASSWORD.getBytes(StandardCharsets.US_ASCII), Argon2Cost.DEFAULT, random);
    var fresh = new User(address, Optional.of(hash), Optional.empty(), List.of());
    new UsersFile(server.site().data().resolve("users"), random)
        .edit(
            known -> {
              known.put(address, change.apply(known.getOrDefault(address, fresh)));
              return known;
            });
    return address.text();
  }

  private static String user(String name) throws Exception {
    String address = user(name, fresh -> fresh);
    Await.until(
        () -> address + " is not known",
        () -> {
          try (var link = imap()) {
            return link.login(address, Site.PASSWORD).contains(" OK ");
          }
        });
    return address;
  }

  private static ImapLink imap() throws IOException {
    return ImapLink.open(dovecot.at(JoinedDovecot.Port.IMAP), server.world().trust());
  }

  private static ImapLink imapFrom(String address) throws IOException {
    return ImapLink.open(
        dovecot.at(JoinedDovecot.Port.IMAP),
        InetAddress.ofLiteral(address),
        server.world().trust());
  }

  private static void mail(String to, String subject, String text) throws IOException {
    try (SmtpLink alice = server.alice()) {
      String reply = alice.send(Site.ALICE, to, Mail.of(Site.ALICE, to, subject, text));
      assertTrue(reply.startsWith("250"), reply);
    }
  }

  /// Waits until a folder has as many messages.
  private static void await(ImapLink link, String folder, int messages) throws Exception {
    Await.until(
        () -> link.command("STATUS " + folder + " (MESSAGES)") + dovecot.log(),
        () ->
            link.done("STATUS " + folder + " (MESSAGES)").contains("(MESSAGES " + messages + ")"));
  }

  @Test
  void mailIsDeliveredReadMovedAndDeletedUnderTheAccountOfTheServer() throws Exception {
    String carl = user("carl");
    mail(carl, "by LMTP", "One\n.\n..two dots\nend");
    try (var link = imap().as(carl, Site.PASSWORD)) {
      await(link, "INBOX", 1);
      link.done("SELECT INBOX");
      String message = link.done("FETCH 1 (BODY[])");
      assertTrue(message.contains("\n..two dots\n"), message);
      assertTrue(message.contains("Return-Path: <" + Site.ALICE + ">"), message);
      link.done("MOVE 1 Archive");
      await(link, "Archive", 1);
      link.done("SELECT Archive");
      link.done("STORE 1 +FLAGS (\\Deleted)");
      link.done("EXPUNGE");
      await(link, "Archive", 0);
    }
  }

  @Test
  void mailboxesWrittenBeforeStayReadable() throws Exception {
    String dora = user("dora");
    Maildir before = server.site().mailbox(dora);
    before.make();
    Files.writeString(before.path().resolve("new/1.old.host"), "Subject: of before\n\nHello\n");
    dovecot.ownMail(before.path());
    for (String part : List.of("", "new", "new/1.old.host", "cur", "tmp")) {
      dovecot.own(before.path().resolve(part));
    }
    try (var link = imap().as(dora, Site.PASSWORD)) {
      link.done("SELECT INBOX");
      assertTrue(link.done("FETCH 1 (BODY[HEADER])").contains("Subject: of before"));
    }
  }

  @Test
  void theFoldersThatMailProgramsLookForAreThereSubscribedAndMarked() throws Exception {
    String eve = user("eve");
    try (var link = imap().as(eve, Site.PASSWORD)) {
      String folders = link.done("LIST (SUBSCRIBED) \"\" \"*\" RETURN (SPECIAL-USE)");
      for (String name : List.of("Drafts", "Sent", "Junk", "Trash", "Archive")) {
        assertTrue(
            Pattern.compile("\\* LIST \\([^)]*\\\\" + name + "\\) \".\" " + name)
                .matcher(folders)
                .find(),
            folders);
      }
      assertFalse(folders.contains("Sent Messages"), folders);
    }
  }

  @Test
  void whatIsQuarantinedGoesIntoTheOneJunkFolder() throws Exception {
    String fred = user("fred");
    server.world().text("_dmarc.example.net", "v=DMARC1; p=quarantine");
    try (var link = SmtpLink.open(server.reception(), World.STRANGER, "mail.example.com")) {
      Mail mail = Mail.of("carol@example.net", fred, "forged", "Buy");
      assertTrue(link.send("carol@example.com", fred, mail).startsWith("250"));
    }
    try (var link = imap().as(fred, Site.PASSWORD)) {
      await(link, "Junk", 1);
      await(link, "INBOX", 0);
    }
  }

  @Test
  void aTagOfAStrangerChoosesNoFolder() throws Exception {
    String gina = user("gina");
    mail("gina+Sent@example.org", "tagged", "Hello");
    try (var link = imap().as(gina, Site.PASSWORD)) {
      await(link, "INBOX", 1);
      await(link, "Sent", 0);
    }
  }

  @Test
  void aWrongPasswordIsOneLineWithTheAddressOfTheClientAndGuessesAreDamped() throws Exception {
    String hugo = user("hugo");
    try (var link = imapFrom("127.7.0.9")) {
      assertTrue(link.login(hugo, "wrong").contains("[AUTHENTICATIONFAILED]"));
      assertTrue(link.login("nobody@example.org", "wrong").contains("[AUTHENTICATIONFAILED]"));
      assertTrue(link.login(hugo, "wrong").contains("[AUTHENTICATIONFAILED]"));
      assertTrue(link.login(hugo, "wrong").contains("[AUTHENTICATIONFAILED]"));
      // The right one is not looked at any more from there, and still is from elsewhere.
      assertTrue(link.login(hugo, Site.PASSWORD).contains("[AUTHENTICATIONFAILED]"));
    }
    try (var link = imap()) {
      assertTrue(link.login(hugo, Site.PASSWORD).contains(" OK "));
    }
    List<String> lines =
        LOG.lines().stream().filter(line -> line.contains("from=[127.7.0.9]")).toList();
    assertEquals(5, lines.size(), lines::toString);
    assertTrue(lines.getFirst().contains("service=imap"), lines::toString);
    assertTrue(lines.getFirst().contains("reason=credentials"), lines::toString);
    assertTrue(lines.getFirst().contains("user=\"" + hugo + "\""), lines::toString);
    assertTrue(lines.getLast().contains("reason=damped"), lines::toString);
  }

  @Test
  @RequiresProgram(Program.FAIL2BAN)
  void fail2banFindsTheAddressInTheLine() throws Exception {
    try (var link = imapFrom("127.7.1.9")) {
      assertTrue(link.login("x\" from=[192.0.2.66]:1", "wrong").contains("[AUTHENTICATIONFAILED]"));
    }
    List<String> lines =
        LOG.lines().stream().filter(line -> line.contains("from=[127.7.1.9]")).toList();
    assertEquals(1, lines.size(), lines::toString);
    Path log =
        Files.writeString(
            dovecot.room("logs").resolve("mail.log"),
            "2026-11-30T10:00:00.000Z INFO  RefusedLogin " + lines.getFirst() + "\n");
    Command run =
        Command.run(
            Program.FAIL2BAN.path(),
            "-o",
            "<ip>",
            log.toString(),
            Path.of("../conf/fail2ban/facteur.conf").toAbsolutePath().normalize().toString());
    assertEquals(
        List.of("127.7.1.9"),
        run.output().lines().filter(line -> line.matches("[0-9.]+")).toList(),
        run::output);
  }

  @Test
  void aChangedPasswordCountsAtOnceAndEndsTheSessionsOfBefore() throws Exception {
    String ida = user("ida");
    try (var before = imap().as(ida, Site.PASSWORD)) {
      var random = new SecureRandom();
      PasswordHash hash =
          PasswordHash.of(
              "another-horse-8".getBytes(StandardCharsets.US_ASCII), Argon2Cost.DEFAULT, random);
      user("ida", known -> known.withPassword(hash, Optional.empty()));
      before.end();
    }
    try (var after = imap()) {
      assertTrue(after.login(ida, Site.PASSWORD).contains("[AUTHENTICATIONFAILED]"));
      after.as(ida, "another-horse-8");
    }
  }

  @Test
  void aLockedUserLosesTheSessionAndReadsNoMore() throws Exception {
    String jan = user("jan");
    try (var session = imap().as(jan, Site.PASSWORD)) {
      CommandLineRun lock =
          CommandLineRun.of("user", "lock", "-c", server.site().configuration().toString(), jan);
      assertEquals(0, lock.code(), lock.text());
      session.end();
    }
    try (var again = imap()) {
      assertTrue(again.login(jan, Site.PASSWORD).contains("[AUTHENTICATIONFAILED]"));
    }
    // Mail still arrives.
    mail(jan, "for later", "Hello");
    Await.until(dovecot::log, () -> dovecot.log().contains("lmtp(" + jan + ")"));
  }

  @Test
  void anAppPasswordOpensWhatItWasMadeFor() throws Exception {
    var random = new SecureRandom();
    AppPassword.Made reads =
        AppPassword.make("phone", AppPassword.Use.MAIL, Optional.empty(), random);
    AppPassword.Made sends =
        AppPassword.make("scanner", AppPassword.Use.SUBMISSION, Optional.empty(), random);
    String karl = user("karl");
    user("karl", known -> known.withAppPasswords(List.of(reads.kept(), sends.kept())));
    Await.until(
        dovecot::log,
        () -> {
          try (var link = imap()) {
            return link.login(karl, reads.shown()).contains(" OK ");
          }
        });
    try (var link = imap()) {
      String answer = link.login(karl, sends.shown());
      assertTrue(answer.contains(" NO "), answer);
    }
    try (var session = imap().as(karl, reads.shown())) {
      user("karl", known -> known.withAppPasswords(List.of(sends.kept())));
      session.end();
    }
    try (var link = imap()) {
      assertTrue(link.login(karl, reads.shown()).contains("[AUTHENTICATIONFAILED]"));
    }
  }

  @Test
  void aFullMailboxSaysSoAndMailForItWaits() throws Exception {
    String lea = user("lea");
    user("lea", known -> known.withQuota(Optional.of(40L << 10)));
    Await.until(
        dovecot::log,
        () -> {
          try (var link = imap().as(lea, Site.PASSWORD)) {
            return link.done("GETQUOTAROOT INBOX").contains("STORAGE 0 40");
          }
        });
    try (var link = imap().as(lea, Site.PASSWORD)) {
      String large = "Subject: large\r\n\r\n" + "0123456789\r\n".repeat(3000);
      assertTrue(link.append("INBOX", large).contains(" OK "));
      assertTrue(link.append("INBOX", large).contains("[OVERQUOTA]"));
      mail(lea, "one too many", "0123456789\n".repeat(3000));
      server.awaitDeferred(lea, "4.2.2");
      user("lea", known -> known.withQuota(Optional.of(400L << 10)));
      server.retryUntil(
          () -> server.why(lea) + dovecot.log(),
          () -> link.done("STATUS INBOX (MESSAGES)").contains("(MESSAGES 2)"));
    }
  }

  @Test
  void theCertificateInServiceIsShownAndEachRenewalFollows() throws Exception {
    X509Certificate first;
    try (var link = imap()) {
      first = link.certificate();
    }
    try (var smtp = SmtpLink.open(server.submission())) {
      assertEquals(smtp.certificate(server.world().trust()), first);
    }
    ServerCertificate renewed =
        server
            .world()
            .authority()
            .issue(List.of(new HostPattern(false, DomainName.of(Site.HOST))), List.of(World.OURS));
    CertificateAuthority.write(renewed.key(), server.site().directory().resolve("server.key"));
    CertificateAuthority.write(renewed.chain(), server.site().directory().resolve("server.pem"));
    Await.until(
        dovecot::log,
        () -> {
          try (var link = imap()) {
            return link.certificate().equals(renewed.leaf());
          }
        });
    assertNotEquals(first, renewed.leaf());
  }

  @Test
  void pop3AndManageSieveAskForTheSamePasswordUnderTheirOwnNames() throws Exception {
    String max = user("max");
    String ca = server.world().caFile().toString();
    String pop3 =
        "pop3://"
            + World.OURS.getHostAddress()
            + ":"
            + dovecot.at(JoinedDovecot.Port.POP3).getPort();
    mail(max, "for POP3", "Hello");
    Await.until(dovecot::log, () -> dovecot.log().contains("lmtp(" + max + ")"));
    Path config =
        Files.writeString(
            dovecot.room("curl").resolve("right"),
            "user = \"" + max + ":" + Site.PASSWORD + "\"\n");
    Path wrong =
        Files.writeString(dovecot.room("curl").resolve("wrong"), "user = \"" + max + ":wrong\"\n");
    String mails =
        Command.run(
                Program.CURL.path(),
                "-sS",
                "-K",
                config.toString(),
                "--ssl-reqd",
                "--cacert",
                ca,
                pop3)
            .succeeded();
    assertTrue(mails.startsWith("1 "), mails);
    assertNotEquals(
        0,
        Command.run(
                Program.CURL.path(),
                "-sS",
                "-K",
                wrong.toString(),
                "--ssl-reqd",
                "--cacert",
                ca,
                pop3)
            .exitCode());
    assertEquals(1, failures("service=pop3", max));
    try (var link =
        ImapLink.manageSieve(dovecot.at(JoinedDovecot.Port.SIEVE), server.world().trust())) {
      assertTrue(link.sieveLogin(max, "wrong").startsWith("NO"));
      assertTrue(link.sieveLogin(max, Site.PASSWORD).startsWith("OK"));
    }
    assertEquals(1, failures("service=sieve", max));
  }

  private static long failures(String service, String user) {
    return LOG.lines().stream()
        .filter(line -> line.contains(service) && line.contains("user=\"" + user + "\""))
        .count();
  }

  @Test
  @RequiresProgram(Program.PYTHON)
  void pythonsImaplibReads() throws Exception {
    String nora = user("nora");
    mail(nora, "for Python", "Hello");
    Path script =
        Files.writeString(
            dovecot.room("python").resolve("read.py"),
            """
            import imaplib, ssl, sys, time
            host, port, ca, user, password = sys.argv[1:]
            context = ssl.create_default_context(cafile=ca)
            link = imaplib.IMAP4_SSL(host, int(port), ssl_context=context)
            link.login(user, password)
            for _ in range(600):
                if link.select()[1] != [b'0']:
                    break
                time.sleep(0.1)
            print(link.fetch('1', '(BODY[HEADER.FIELDS (SUBJECT)])'))
            link.logout()
            """);
    String said =
        Command.run(
                Program.PYTHON.path(),
                script.toString(),
                World.OURS.getHostAddress(),
                String.valueOf(dovecot.at(JoinedDovecot.Port.IMAPS).getPort()),
                server.world().caFile().toString(),
                nora,
                Site.PASSWORD)
            .succeeded();
    assertTrue(said.contains("for Python"), said);
  }

  @Test
  void typedAgainItChangesNothing() throws Exception {
    Map<String, String> before = tree();
    CommandLineRun again = command("--apply");
    assertEquals(0, again.code(), again.text());
    assertTrue(again.text().contains("nothing had to be changed"), again.text());
    assertEquals(before, tree());
  }

  @Test
  void theSecretStaysWithDovecotAndIsNotShown() throws Exception {
    String secret = Files.readString(server.site().data().resolve("imap/secret")).strip();
    CommandLineRun shown = command();
    assertEquals(0, shown.code(), shown.text());
    assertFalse(shown.text().contains(secret), shown.text());
    Path script = dovecot.settings().resolve("facteur/accounts.lua");
    assertTrue(Files.readString(script).contains(secret));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(script)));
  }

  /// The settings of Dovecot, by name.
  private static Map<String, String> tree() throws IOException {
    var all = new TreeMap<String, String>();
    try (Stream<Path> files = Files.walk(dovecot.settings())) {
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
