package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs of the machine hand in mail by the real `sendmail`, while the server runs and while it
/// does not.
@RequiresProgram(Program.PERL)
class PickupTest {
  private static final Path SENDMAIL =
      Path.of("").toAbsolutePath().resolveSibling("docker/debian/mta/sendmail");
  private static final String OWNER = System.getProperty("user.name");

  @TempDir private Path directory;
  private int number;

  @BeforeEach
  void makeDrop() throws IOException {
    Path spool = Files.createDirectories(directory.resolve("spool"));
    Path drop = Files.createDirectory(spool.resolve("drop"));
    Command.run("chmod", "3733", drop.toString()).succeeded();
    for (Path above : List.of(directory, spool)) {
      Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private Path drop() {
    return directory.resolve("spool/drop");
  }

  private RunningServer start(String more) throws IOException {
    return RunningServer.start(
        directory,
        "pickup { socket = %s/sendmail, drop = %s }\n%s".formatted(directory, drop(), more));
  }

  /// Runs `sendmail`.
  private Command sendmail(String input, String... arguments) throws IOException {
    return sendmail(List.of(), SENDMAIL, input, arguments);
  }

  private Command sendmail(List<String> before, Path program, String input, String... arguments)
      throws IOException {
    Path file = directory.resolve("input-" + number++);
    Files.writeString(file, input);
    var line = new ArrayList<>(before);
    line.addAll(
        List.of(
            "env",
            "FACTEUR_SENDMAIL_SOCKET=" + directory.resolve("sendmail"),
            "FACTEUR_SENDMAIL_DROP=" + drop(),
            Program.PERL.path(),
            program.toString()));
    line.addAll(List.of(arguments));
    return Command.with(file, line.toArray(String[]::new));
  }

  private List<Path> dropped() throws IOException {
    try (Stream<Path> all = Files.list(drop())) {
      return all.toList();
    }
  }

  /// @param arguments of `sendmail`
  /// @param arrives what the message in Alice's mailbox must hold
  private record Case(String name, List<String> arguments, String input, List<String> arrives) {}

  @Test
  void whatProgramsHandInArrivesSigned() throws Exception {
    var signed = "DKIM-Signature:";
    List<Case> cases =
        List.of(
            new Case(
                "cron tells root",
                List.of("-FCronDaemon", "-i", "-B8BITMIME", "-oem", "root"),
                "From: root (Cron Daemon)\nTo: root\nSubject: Cron <root@mail> /bin/true\n"
                    + "Auto-Submitted: auto-generated\n\n.\nbehind the dot\n",
                List.of(
                    "From: root@example.org (Cron Daemon)",
                    "To: root@example.org",
                    "\r\n.\r\nbehind the dot\r\n",
                    signed)),
            new Case(
                "PHP's mail()",
                List.of("-t", "-i"),
                "To: alice@example.org\n"
                    + "Subject: php\n"
                    + "X-PHP-Originating-Script: 0:x.php\n\n"
                    + "php says\n",
                List.of("From: <" + OWNER + "@example.org>", "php says\r\n", signed)),
            new Case(
                "a name, and no From",
                List.of("-FAlice \"A\" L", "-f", "alice@example.org", "--", "alice@example.org"),
                "Subject: name\n\nname\n.\nnot this\n",
                List.of(
                    "From: \"Alice \\\"A\\\" L\" <alice@example.org>",
                    "Return-Path: <alice@example.org>",
                    signed)),
            new Case(
                "the header says who, and Bcc is taken off",
                List.of("-oi", "-t"),
                "From: shop@example.org\nTo: Bob <bob@example.org>\nBcc: alice@example.org, root\n"
                    + "Subject: bcc\n\nbcc\n",
                List.of("From: shop@example.org", signed)),
            new Case(
                "names of this host",
                List.of("-it"),
                "From: Root <root@mail.example.org>\nTo: nobody@localhost\nSubject: host\n\nhost\n",
                List.of("From: Root <root@example.org>", "To: nobody@example.org", signed)),
            new Case(
                "octets beyond ASCII",
                List.of("-i", "alice"),
                "From: alice@example.org\nSubject: eight\n\nL'été\n",
                List.of("\u00c3\u00a9t\u00c3\u00a9", signed)));
    try (var server = start("")) {
      for (Case one : cases) {
        assertEquals("", sendmail(one.input(), one.arguments().toArray(String[]::new)).succeeded());
      }
      for (Case one : cases) {
        String subject = one.input().substring(one.input().indexOf("Subject: ")).split("\n", 2)[0];
        String text = server.site().mailbox(Site.ALICE).awaitWith(subject).text();
        for (String expected : one.arrives()) {
          assertTrue(
              text.contains(expected), () -> one.name() + ": " + expected + " is not in\n" + text);
        }
        assertFalse(text.contains("\r\nBcc"), text);
      }
    }
  }

  @Test
  void theExitCodeSaysWhatIsWrong() throws Exception {
    String mail = "From: alice@example.org\n\nHello\n";
    try (var server = start("pickup.send-as { \"*\" = [\"alice@example.org\"] }\n")) {
      exits(0, "", sendmail(mail, "-i", "alice@example.org"));
      exits(64, "name them, or say -t", sendmail(mail));
      exits(64, "names no recipients", sendmail(mail, "-t"));
      exits(64, "no option -y", sendmail(mail, "-y", "alice"));
      exits(64, "-N never", sendmail(mail, "-N", "sometimes", "alice"));
      exits(65, "A carriage return stands alone", sendmail("From: a\rb\n\n", "-i", "alice"));
      exits(67, "No such mailbox", sendmail(mail, "-i", "no-such-user@example.org"));
      exits(67, "no address", sendmail(mail, "-i", "a b@example.org"));
      exits(77, "not yours", sendmail(mail.replace("alice", "bob"), "-i", "alice@example.org"));
      exits(77, "not yours", sendmail(mail, "-i", "-fbob@example.org", "alice@example.org"));
      exits(0, "", sendmail(mail, "-bi"));
      assertEquals(List.of(), dropped());
      assertTrue(server.why("no-such-user@example.org").contains("No such mailbox"));
    }
  }

  private static void exits(int code, String text, Command command) {
    assertEquals(code, command.exitCode(), command::toString);
    assertTrue(command.output().contains(text), command::toString);
  }

  @Test
  void smtpOnTheStandardInput() throws Exception {
    try (var server = start("")) {
      String said =
          sendmail(
                  "EHLO x\r\n"
                      + "RCPT TO:<alice@example.org>\r\n"
                      + "MAIL FROM:<bob@example.org> BODY=8BITMIME\r\n"
                      + "RCPT TO:<alice@example.org>\r\n"
                      + "DATA\r\n"
                      + "From: bob@example.org\r\n"
                      + "Subject: by bs\r\n\r\n"
                      + "..dot\r\n"
                      + ".\r\n"
                      + "QUIT\r\n",
                  "-bs")
              .succeeded();
      assertEquals(
          List.of("220", "250", "250", "250", "250", "503", "250", "250", "354", "250", "221"),
          said.lines().map(line -> line.substring(0, 3)).toList(),
          said);
      String text = server.site().mailbox(Site.ALICE).awaitWith("by bs").text();
      assertTrue(text.contains("\r\n.dot\r\n"), text);
    }
  }

  @Test
  void whatIsHandedInWhileNoServerRunsIsKeptAndTakenLater() throws Exception {
    exits(0, "", sendmail("Subject: kept\n\nkept\n", "-i", "alice@example.org"));
    Path kept = dropped().getFirst();
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)));
    try (var server = start("")) {
      Mail mail = server.site().mailbox(Site.ALICE).awaitWith("Subject: kept");
      assertEquals(List.of("<" + OWNER + "@example.org>"), mail.fields("From"));
      Await.until(() -> dropped() + " is left", () -> dropped().isEmpty());
    }
  }

  @Test
  void whatIsRefusedLaterIsReportedToWhoHandedItIn() throws Exception {
    String mail = "From: bob@example.org\nSubject: not his\n\nnot his\n";
    exits(0, "", sendmail(mail, "-i", "carol@example.net"));
    try (var server = start("pickup.send-as { \"*\" = [] }\n")) {
      Mail report = server.site().mailbox(Site.ALICE).awaitWith("not yours to use");
      assertTrue(report.text().contains("carol@example.net"), report::text);
      assertTrue(report.text().contains("Subject: not his"), report::text);
      assertTrue(report.text().contains("mailer-daemon@example.org"), report::text);
    }
  }

  @Test
  void halfAMessageIsNone() throws Exception {
    try (var server = start("")) {
      String half = "facteur-sendmail 1\nto alice\nsize 100\n\nSubject: half\n\n";
      assertEquals("", tell(half));
      assertTrue(tell(half.replace("100", "15")).startsWith("250 "));
      server.site().mailbox(Site.ALICE).awaitWith("Subject: half");
      assertEquals(1, server.site().mailbox(Site.ALICE).mails().size());
      assertTrue(tell("EHLO x\r\nQUIT\r\n").startsWith("501 5.5.4 "));
    }
  }

  /// What the socket answers to a text and its end.
  private String tell(String text) throws IOException {
    try (var channel =
        SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("sendmail")))) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.shutdownOutput();
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatIsNoPlainFileIsNeverReadAndStopsNothing() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "facteur-sendmail 1\nto bob\n");
    Files.createSymbolicLink(drop().resolve("symbolic"), secret);
    Files.createLink(drop().resolve("hard"), secret);
    Command.run("mkfifo", "-m", "0644", drop().resolve("pipe").toString()).succeeded();
    Files.createDirectory(drop().resolve("directory"));
    Path half =
        Files.writeString(drop().resolve("half"), "facteur-sendmail 1\nto alice\nsize 9\n\nhalf");
    Files.writeString(drop().resolve("none"), "#!/bin/sh\n");
    Command.run("chmod", "0640", half.toString()).succeeded();
    Path unfinished = Files.createFile(drop().resolve("unfinished"));
    Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
    exits(0, "", sendmail("Subject: after them\n\n", "-i", "alice"));
    try (var server = start("")) {
      server.site().mailbox(Site.ALICE).awaitWith("Subject: after them");
      Await.until(
          () -> dropped() + " is left",
          () -> dropped().stream().allMatch(f -> f.equals(unfinished) || Files.isDirectory(f)));
      assertTrue(Files.exists(secret));
      assertEquals(1, server.site().mailbox(Site.ALICE).mails().size());
      assertEquals(0, server.site().mailbox(Site.BOB).mails().size());
    }
  }

  @Test
  @RequiresProgram(Program.SETPRIV)
  void theSystemSaysWhoItIs() throws Exception {
    assumeTrue("root".equals(OWNER), "only root can be somebody else");
    List<String> nobody =
        List.of(Program.SETPRIV.path(), "--reuid=nobody", "--regid=nogroup", "--clear-groups");
    // Its own way to what may lie where nobody gets in.
    Path copy = Files.copy(SENDMAIL, directory.resolve("program"));
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    String settings = "pickup.send-as { \"root\" = [], \"nobody\" = \"*@example.org\" }\n";
    exits(0, "", asNobody(nobody, copy, "dropped"));
    try (var server = start(settings)) {
      exits(0, "", asNobody(nobody, copy, "told"));
      for (String subject : List.of("dropped", "told")) {
        Mail mail = server.site().mailbox(Site.ALICE).awaitWith("Subject: " + subject);
        assertEquals(List.of("<nobody@example.org>"), mail.fields("From"));
        // Nobody reads what comes back to nobody@example.org but the postmaster.
        assertEquals(List.of("<postmaster@example.org>"), mail.fields("Return-Path"));
      }
      exits(77, "not yours", sendmail("Subject: root\n\n", "-i", "alice"));
      Await.until(() -> dropped() + " is left", () -> dropped().isEmpty());
    }
  }

  private Command asNobody(List<String> nobody, Path program, String subject) throws IOException {
    return sendmail(nobody, program, "Subject: " + subject + "\n\n", "-i", "alice");
  }
}
