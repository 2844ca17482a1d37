package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Real programs hand in what people and scripts write; what leaves is well-formed and signed.
class SubmittingProgramsTest {
  private static final String TO = "carol@example.net";
  private static final String LONG = "a long line of text ".repeat(250);

  @TempDir private Path directory;

  /// A program that hands in a file.
  @FunctionalInterface
  interface Session {
    Command run(RunningServer server, Path message) throws Exception;
  }

  /// @param content what the program is given
  /// @param path MAIL as the next host gets it
  /// @param from the From field that arrives
  /// @param text something that the decoded body must hold
  record Case(
      String name, Session session, String content, String path, String from, String text) {}

  private Command swaks(RunningServer server, Path message, String... more) throws IOException {
    var address = server.submission();
    return Command.run(
        Stream.concat(
                Stream.of(
                    Program.SWAKS.path(),
                    "--server",
                    address.getAddress().getHostAddress(),
                    "--port",
                    Integer.toString(address.getPort()),
                    "--tls",
                    "--tls-verify",
                    "--tls-ca-path",
                    server.world().caFile().toString(),
                    "--auth",
                    "PLAIN",
                    "--auth-user",
                    Site.ALICE,
                    "--auth-password",
                    Site.PASSWORD,
                    "--to",
                    TO,
                    "--data",
                    "@" + message),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private Path secret(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, text, StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private Command msmtp(RunningServer server, Path message, String... more) throws IOException {
    var address = server.submission();
    Path settings =
        secret(
            "msmtprc",
            """
            account default
            host %s
            port %d
            domain my_machine
            tls on
            tls_starttls on
            tls_trust_file %s
            auth plain
            user %s
            password %s
            from %s
            """
                .formatted(
                    address.getAddress().getHostAddress(),
                    address.getPort(),
                    server.world().caFile(),
                    Site.ALICE,
                    Site.PASSWORD,
                    Site.ALICE));
    return Command.with(
        message,
        Stream.concat(Stream.of(Program.MSMTP.path(), "--file=" + settings, "--"), Stream.of(more))
            .toArray(String[]::new));
  }

  private Command mutt(RunningServer server, Path message) throws IOException {
    var address = server.submission();
    Path settings =
        secret(
            "muttrc",
            """
            set realname = "Alice @ Home"
            set from = "%1$s"
            set smtp_url = "smtp://alice%%40example.org@%2$s:%3$d/"
            set smtp_pass = "%4$s"
            set smtp_authenticators = "plain"
            set ssl_starttls = yes
            set ssl_ca_certificates_file = "%5$s"
            set certificate_file = "%5$s"
            set hostname = "my_machine"
            set copy = no
            set tmpdir = "%6$s"
            """
                .formatted(
                    Site.ALICE,
                    address.getAddress().getHostAddress(),
                    address.getPort(),
                    Site.PASSWORD,
                    server.world().caFile(),
                    directory));
    return Command.with(
        message, Program.MUTT.path(), "-n", "-F", settings.toString(), "-s", "by mutt", "--", TO);
  }

  private Command curl(RunningServer server, Path message) throws IOException {
    var address = server.submission();
    return Command.run(
        Program.CURL.path(),
        "--silent",
        "--show-error",
        "--ssl-reqd",
        "--cacert",
        server.world().caFile().toString(),
        "--url",
        "smtp://%s:%d/my%%20machine"
            .formatted(address.getAddress().getHostAddress(), address.getPort()),
        "--user",
        Site.ALICE + ":" + Site.PASSWORD,
        "--mail-from",
        Site.ALICE,
        "--mail-rcpt",
        TO,
        "--upload-file",
        message.toString());
  }

  private Command script(RunningServer server, String program, String script, String... more)
      throws Exception {
    var address = server.submission();
    return Command.run(
        Stream.concat(
                Stream.of(
                    program,
                    ClientsTest.resource(script).toString(),
                    address.getAddress().getHostAddress(),
                    Integer.toString(address.getPort()),
                    server.world().caFile().toString(),
                    Site.ALICE,
                    Site.PASSWORD),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private Command python(RunningServer server, Path message, String hello, String mail, String rcpt)
      throws Exception {
    return script(
        server, Program.PYTHON.path(), "handin.py", hello, mail, rcpt, message.toString());
  }

  private List<Case> cases() {
    String plain = "MAIL FROM:<alice@example.org>";
    String alice = "<alice@example.org>";
    return List.of(
        new Case(
            "swaks, a machine's name with umlaut and space, an unquoted name, bare line feeds",
            (server, file) ->
                swaks(
                    server,
                    file,
                    "--helo",
                    "m\u00fcller pc",
                    "--from",
                    Site.ALICE,
                    "--no-data-fixup"),
            // Without fixing it up, swaks does not end the data either.
            "From: Smith, Alice. <alice@example.org>\n"
                + "Subject: by swaks\n\n"
                + "line one\n"
                + "..x\n"
                + ".\n"
                + "last\r\n"
                + ".\r\n",
            plain,
            "\"Smith, Alice.\" <alice@example.org>",
            "line one\r\n.x\r\n.\r\nlast\r\n"),
        new Case(
            "msmtp, the first line of a mailbox file, behind what msmtp puts on top",
            (server, file) -> msmtp(server, file, TO),
            "From alice Mon Nov 30 12:00:00 2026\n"
                + "Subject: by msmtp\n"
                + "To: Doe, Jane <carol@example.net>\n\n"
                + "first\n"
                + ".\n"
                + "From here\n",
            plain,
            "alice@example.org",
            "first\r\n.\r\nFrom here\r\n"),
        new Case(
            "msmtp, mail of another sent on",
            (server, file) -> msmtp(server, file, TO),
            "Resent-From: Alice. <alice@example.org>\nResent-To: carol@example.net\n"
                + "From: Dan, D. <dan@other.test>\nSubject: by another\n\nsent on\n",
            plain,
            "Dan, D. <dan@other.test>",
            "sent on\r\n"),
        new Case(
            "mutt, a line of 5,000",
            this::mutt,
            "before\n" + LONG + "\nafter\n",
            plain,
            "\"Alice @ Home\" <alice@example.org>",
            LONG),
        new Case(
            "curl, no header at all",
            this::curl,
            "disk is full\n\nplease look\n",
            plain,
            alice,
            "disk is full\r\n\r\nplease look\r\n"),
        new Case(
            "smtplib, no brackets, long lines in header and body, a verdict in our name",
            (server, file) ->
                python(
                    server,
                    file,
                    "my_machine",
                    "FROM:alice@example.org SIZE=9999 SMTPUTF8 SMTPUTF8",
                    "TO:carol@example.net"),
            "From: alice@example.org\r\nReferences: "
                + "<abcdefghijklmnopqrst@example.org> ".repeat(40)
                + "\r\nAuthentication-Results: mail.example.org; dmarc=pass\r\n\r\n"
                + "first\r\n"
                + LONG
                + "\r\nlast \u00e4\r\n",
            plain,
            "alice@example.org",
            LONG),
        new Case(
            "smtplib, dots where no grammar wants them, parts with long lines",
            (server, file) ->
                python(
                    server, file, "x", "FROM:<alice+..x@example.org>", "TO:<carol..@example.net>"),
            "From: Alice <alice+..x@example.org>\r\n"
                + "To: carol..@example.net\r\n"
                + "MIME-Version: 1.0\r\n"
                + "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
                + "--b\r\n\r\n"
                + "short\r\n"
                + "--b\r\n"
                + "Content-Type: text/html\r\n\r\n"
                + "<p>"
                + LONG
                + "</p>\r\n--b--\r\n",
            "MAIL FROM:<\"alice+..x\"@example.org>",
            "Alice <\"alice+..x\"@example.org>",
            "short"),
        new Case(
            "smtplib, names without domains",
            (server, file) -> python(server, file, "x", "FROM:<alice>", "TO:<carol@example.net>"),
            "From: alice\r\nTo: bob\r\nSubject: x\r\n\r\nhello\r\n",
            plain,
            "alice@example.org",
            "hello"),
        new Case(
            "smtplib, the postmaster",
            (server, file) ->
                python(server, file, "x", "FROM:<postmaster>", "TO:<carol@example.net>"),
            "From: postmaster@example.org\r\nSubject: x\r\n\r\nhello\r\n",
            "MAIL FROM:<postmaster@example.org>",
            "postmaster@example.org",
            "hello"),
        new Case(
            "node, commands that end with line feeds, an end that is none",
            (server, file) -> script(server, Program.NODE.path(), "submit.js", file.toString()),
            "MAIL FROM:<alice@example.org>\nRCPT TO:<carol@example.net>\nDATA\n"
                + "From: [Alice] <alice@example.org>\nSubject: by node\n\nx\n.\n"
                + "MAIL FROM:<evil@example.net>\n",
            plain,
            "\"[Alice]\" <alice@example.org>",
            "x\r\n.\r\nMAIL FROM:<evil@example.net>\r\n"));
  }

  @TestFactory
  @RequiresProgram({
    Program.SWAKS,
    Program.MSMTP,
    Program.MUTT,
    Program.CURL,
    Program.NODE,
    Program.PYTHON,
    Program.PYTHON_DKIM
  })
  Stream<DynamicTest> whatProgramsHandInLeavesWellFormedAndSigned() {
    return cases().stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> handIn(c)));
  }

  private void handIn(Case c) throws Exception {
    Path own = Files.createTempDirectory(directory, "case");
    try (var server = RunningServer.start(own);
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      Path message = own.resolve("message");
      Files.write(message, c.content().getBytes(StandardCharsets.ISO_8859_1));
      c.session().run(server, message).succeeded();
      var sent =
          Await.present(() -> "nothing arrived", () -> mx.transactions().stream().findFirst());
      assertTrue(sent.paths().getFirst().startsWith(c.path()), sent.paths()::toString);
      Mail mail = sent.mail();
      assertEquals(List.of(c.from()), mail.fields("From"), mail::text);
      assertEquals(List.of(), mail.fields("Authentication-Results"), mail::text);
      assertFalse(mail.text().matches("(?s).*(?<!\r)\n.*|.*\r(?!\n).*"), mail::text);
      for (String line : mail.text().split("\r\n", -1)) {
        assertTrue(line.length() <= 998, line);
      }
      assertEquals(
          "rsa-sha256 True\ned25519-sha256 True\n",
          Command.run(
                  Program.PYTHON.path(),
                  ClientsTest.resource("verify.py").toString(),
                  mail.write(own.resolve("sent.eml")).toString(),
                  server.world().textRecords().toString())
              .succeeded());
      String text =
          Command.run(
                  Program.PYTHON.path(),
                  ClientsTest.resource("text.py").toString(),
                  own.resolve("sent.eml").toString())
              .succeeded();
      assertTrue(text.contains(c.text()), text);
    }
  }

  @Test
  void mailOfAnotherUserIsSentOnOnlyWithASignatureOfOurs() throws Exception {
    try (var server = RunningServer.start(directory);
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      Mail signed;
      try (var bob = SmtpLink.open(server.submission())) {
        bob.login(server.world().trust(), Site.BOB, Site.PASSWORD);
        Mail mail = Mail.of(Site.BOB, TO, "bob wrote this", "Hello");
        assertTrue(bob.send(Site.BOB, TO, mail).startsWith("250"));
        signed = Await.present(() -> "nothing arrived", () -> mx.taken().stream().findFirst());
      }
      String resent = "Resent-From: <" + Site.ALICE + ">\r\nResent-To: <dan@example.net>\r\n";
      try (var alice = server.alice()) {
        var altered = new Mail(resent + signed.text().replace("Hello", "Hallo"));
        String reply = alice.send(Site.ALICE, "dan@example.net", altered);
        assertTrue(reply.startsWith("550 5.7.1"), reply);
        Mail unsigned = new Mail(resent + Mail.of(Site.BOB, TO, "no signature", "Hello").text());
        reply = alice.send(Site.ALICE, "dan@example.net", unsigned);
        assertTrue(reply.startsWith("550 5.7.1"), reply);
        reply = alice.send(Site.ALICE, "dan@example.net", new Mail(resent + signed.text()));
        assertTrue(reply.startsWith("250"), reply);
        Optional<Mail> sentOn =
            Optional.of(
                Await.present(
                    () -> "nothing was sent on",
                    () -> mx.taken().stream().filter(m -> m.text().contains(resent)).findFirst()));
        assertEquals(4, sentOn.get().fields("DKIM-Signature").size(), sentOn.get()::text);
      }
    }
  }
}
