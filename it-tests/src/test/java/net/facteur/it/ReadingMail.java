package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.Argon2Cost;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What holds when this server and a Dovecot are one system, whatever its release.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReadingMail {
  private static final String OTHER_NAME = "imap.example.net";
  private static final String THIRD_NAME = "pop.example.com";

  private final ServerLog log = new ServerLog();
  private final Map<String, User> users = new HashMap<>();
  private JoinedDovecot dovecot;
  private RunningServer server;

  /// True where it can end the sessions that one app password opened, and leave others from the
  /// same address.
  abstract boolean endsSessionsByAppPassword();

  /// A Dovecot that is joined to nobody yet.
  abstract JoinedDovecot prepare() throws IOException;

  @BeforeAll
  void join() throws Exception {
    dovecot = prepare();
    var world = new World(dovecot.room("server"));
    for (String name : List.of(OTHER_NAME, THIRD_NAME)) {
      issue(world, name);
    }
    server =
        RunningServer.start(
            world,
            dovecot.doveadm()
                + "imap.listen = [\"127.0.0.1:"
                + World.freePort(InetAddress.ofLiteral("127.0.0.1"))
                + "\"]\n"
                + "passwords.failures = 3\n"
                + named(world, OTHER_NAME)
                + named(world, THIRD_NAME)
                + "imap.junk-command = "
                + learner()
                + "\n",
            CryptoProviders.detect(),
            InstantSource.system());
    dovecot.ownMail(server.site().data().resolve("mail"));
    dovecot.join(server);
    dovecot.start();
  }

  /// Makes a certificate for a name of its own.
  private static ServerCertificate issue(World world, String name) throws IOException {
    ServerCertificate fresh = world.authority().issue(List.of(HostPattern.of(name)), List.of());
    CertificateAuthority.write(fresh.key(), file(world, name, "key"));
    CertificateAuthority.write(fresh.chain(), file(world, name, "pem"));
    return fresh;
  }

  private static Path file(World world, String name, String suffix) {
    return world.directory().resolve(name + "." + suffix);
  }

  private static String named(World world, String name) {
    return "tls.names.\"%s\" { certificate = %s, key = %s }\n"
        .formatted(name, file(world, name, "pem"), file(world, name, "key"));
  }

  /// A program that writes down what it is to learn from.
  private Path learner() throws IOException {
    Path room = dovecot.room("learner");
    dovecot.own(room);
    Path program =
        Files.writeString(
            room.resolve("learn"),
            "#!/bin/sh\necho \"$1 $(grep -c '^Subject: learn')\" >>" + room + "/learned\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  @AfterAll
  void end() throws Exception {
    log.close();
    server.close();
    dovecot.close();
  }

  JoinedDovecot dovecot() {
    return dovecot;
  }

  RunningServer server() {
    return server;
  }

  /// Makes a user of one test alone.
  private String user(String name) throws IOException {
    UserName address = UserName.parse(name + "@example.org").orElseThrow();
    var fresh = new User(address, Optional.of(hash(Site.PASSWORD)), Optional.empty(), List.of());
    change(new UserChange.Add(fresh));
    users.put(address.text(), fresh);
    return address.text();
  }

  private static PasswordHash hash(String password) {
    return PasswordHash.of(
        password.getBytes(StandardCharsets.US_ASCII), Argon2Cost.DEFAULT, new SecureRandom());
  }

  private void change(String address, UnaryOperator<User> change) throws IOException {
    User before = Objects.requireNonNull(users.get(address));
    User after = change.apply(before);
    change(new UserChange.Replace(before, after));
    users.put(address, after);
  }

  private void change(UserChange change) throws IOException {
    assertEquals(
        Optional.empty(),
        new ControlClient(server.site().data().resolve("control.socket"))
            .send(
                new ControlRequest.ChangeUser(change),
                answer -> assertEquals("DONE", answer.path("outcome").asString(""))));
  }

  private ImapLink imap() throws IOException {
    return ImapLink.open(dovecot.at(JoinedDovecot.Port.IMAP), server.world().trust());
  }

  private ImapLink imapFrom(String address) throws IOException {
    return ImapLink.open(
        dovecot.at(JoinedDovecot.Port.IMAP),
        InetAddress.ofLiteral(address),
        server.world().trust());
  }

  private void mail(String to, String subject, String text) throws IOException {
    try (SmtpLink alice = server.alice()) {
      String reply = alice.send(Site.ALICE, to, Mail.of(Site.ALICE, to, subject, text));
      assertTrue(reply.startsWith("250"), reply);
    }
  }

  /// Waits until a folder has as many messages.
  private void await(ImapLink link, String folder, int messages) throws Exception {
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
  void whatIsMovedIntoJunkAndOutOfItIsLearnt() throws Exception {
    String otto = user("otto");
    Path learned = dovecot.room("learner").resolve("learned");
    try (var link = imap().as(otto, Site.PASSWORD)) {
      assertTrue(link.append("INBOX", "Subject: learn\r\n\r\nBuy\r\n").contains(" OK "));
      link.done("SELECT INBOX");
      link.done("MOVE 1 Junk");
      Await.until(
          dovecot::log,
          () -> Files.exists(learned) && Files.readAllLines(learned).equals(List.of("spam 1")));
      link.done("SELECT Junk");
      link.done("MOVE 1 INBOX");
      Await.until(
          dovecot::log, () -> Files.readAllLines(learned).equals(List.of("spam 1", "ham 1")));
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
        log.lines().stream().filter(line -> line.contains("from=[127.7.0.9]")).toList();
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
        log.lines().stream().filter(line -> line.contains("from=[127.7.1.9]")).toList();
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
      change(ida, known -> known.withPassword(hash("another-horse-8"), Optional.empty()));
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
    change(karl, known -> known.withAppPasswords(List.of(reads.kept(), sends.kept())));
    try (var link = imap()) {
      assertTrue(link.login(karl, reads.shown()).contains(" OK "));
    }
    try (var link = imap()) {
      String answer = link.login(karl, sends.shown());
      assertTrue(answer.contains(" NO "), answer);
    }
  }

  @Test
  void anAppPasswordThatIsRevokedEndsTheSessionsThatItOpenedAndNoOthers() throws Exception {
    var random = new SecureRandom();
    AppPassword.Made lost =
        AppPassword.make("phone", AppPassword.Use.MAIL, Optional.empty(), random);
    AppPassword.Made kept =
        AppPassword.make("tablet", AppPassword.Use.MAIL, Optional.empty(), random);
    String kurt = user("kurt");
    change(kurt, known -> known.withAppPasswords(List.of(lost.kept(), kept.kept())));
    String elsewhere = endsSessionsByAppPassword() ? "127.0.0.1" : "127.7.4.9";
    try (var phone = imap().as(kurt, lost.shown());
        var own = imapFrom(elsewhere).as(kurt, Site.PASSWORD);
        var tablet = imapFrom(elsewhere).as(kurt, kept.shown());
        var sending = SmtpLink.open(server.submission());
        var handing = SmtpLink.open(server.submission())) {
      sending.login(server.world().trust(), kurt, lost.shown());
      handing.login(server.world().trust(), kurt, kept.shown());
      change(kurt, known -> known.withAppPasswords(List.of(kept.kept())));
      phone.end();
      assertTrue(sending.reply().startsWith("421"));
      try (var again = imap()) {
        assertTrue(again.login(kurt, lost.shown()).contains("[AUTHENTICATIONFAILED]"));
      }
      String ended = "ended user=" + kurt + " apps=[phone]";
      Await.until(
          log.lines()::toString, () -> log.lines().stream().anyMatch(line -> line.contains(ended)));
      own.done("NOOP");
      tablet.done("NOOP");
      assertTrue(handing.command("NOOP").startsWith("250"));
    }
  }

  @Test
  @RequiresProgram(Program.OPENSSL)
  void aNameWithACertificateOfItsOwnIsShownThatAndItsRenewals() throws Exception {
    assertTrue(shown("nobody.example.net").equals(shown(Site.HOST)));
    assertEquals(stored(OTHER_NAME), shown(OTHER_NAME));
    assertEquals(stored(THIRD_NAME), shown(THIRD_NAME));
    for (String name : List.of(OTHER_NAME, THIRD_NAME)) {
      X509Certificate renewed = issue(server.world(), name).leaf();
      Await.until(dovecot::log, () -> shown(name).equals(renewed));
    }
  }

  private X509Certificate stored(String name) throws Exception {
    return certificate(Files.readString(file(server.world(), name, "pem")));
  }

  /// The certificate that a client sees who asks for a name.
  private X509Certificate shown(String name) throws Exception {
    InetSocketAddress at = dovecot.at(JoinedDovecot.Port.IMAPS);
    return certificate(
        Command.run(
                Program.OPENSSL.path(),
                "s_client",
                "-connect",
                at.getAddress().getHostAddress() + ":" + at.getPort(),
                "-servername",
                name)
            .output());
  }

  private static X509Certificate certificate(String pem) throws Exception {
    int begin = pem.indexOf("-----BEGIN CERTIFICATE-----");
    int end = pem.indexOf("-----END CERTIFICATE-----");
    assertTrue(begin >= 0 && end > begin, pem);
    String text = pem.substring(begin, end) + "-----END CERTIFICATE-----\n";
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void aFullMailboxSaysSoAndMailForItWaits() throws Exception {
    String lea = user("lea");
    change(lea, known -> known.withQuota(Optional.of(40L << 10)));
    try (var link = imap().as(lea, Site.PASSWORD)) {
      String quota = link.done("GETQUOTAROOT INBOX");
      assertTrue(quota.contains("STORAGE 0 40"), quota);
      String large = "Subject: large\r\n\r\n" + "0123456789\r\n".repeat(3000);
      assertTrue(link.append("INBOX", large).contains(" OK "));
      assertTrue(link.append("INBOX", large).contains("[OVERQUOTA]"));
      mail(lea, "one too many", "0123456789\n".repeat(3000));
      server.awaitDeferred(lea, "4.2.2");
      change(lea, known -> known.withQuota(Optional.of(400L << 10)));
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

  private long failures(String service, String user) {
    return log.lines().stream()
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
}
