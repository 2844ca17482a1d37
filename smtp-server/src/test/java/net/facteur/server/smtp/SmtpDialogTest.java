package net.facteur.server.smtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Notify;
import net.facteur.server.net.TransportSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class SmtpDialogTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.reception();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private TestServer restart(SmtpSettings settings, TransportSettings transport)
      throws IOException {
    server.close();
    server = new TestServer().start(SmtpClient.Listener.RECEPTION, settings, transport);
    return server;
  }

  private static SmtpSettings settings(long maxMessage, int maxRecipients, int maxMessages) {
    return new SmtpSettings(
        "mail.example.org",
        maxMessage,
        maxRecipients,
        maxMessages,
        Duration.ZERO,
        SubmissionPolicy.AUTHENTICATED_ONLY);
  }

  @Test
  void ehloAnnouncesEveryExtension() throws IOException {
    try (var c = server.dial()) {
      c.expect("220 mail.example.org ESMTP").send("EHLO client.example\r\n");
      List<String> lines = List.of(c.reply().split("\n", -1));
      assertEquals("250-mail.example.org", lines.getFirst());
      List<String> keywords =
          lines.stream().skip(1).map(l -> l.substring(4)).map(l -> l.split(" ", -1)[0]).toList();
      assertEquals(
          List.of(
              "PIPELINING",
              "SIZE",
              "8BITMIME",
              "SMTPUTF8",
              "ENHANCEDSTATUSCODES",
              "DSN",
              "CHUNKING",
              "BINARYMIME",
              "LIMITS"),
          keywords);
      assertTrue(lines.contains("250-SIZE 52428800"));
      assertTrue(lines.contains("250 LIMITS RCPTMAX=1000 MAILMAX=1000"));
    }
  }

  @Test
  void plainVerbsAnswerAsTheStandardWants() throws IOException {
    try (var c = server.dial()) {
      c.ehlo()
          .say("NOOP", "250 2.0.0")
          .say("noop whatever", "250")
          .say("RSET", "250 2.0.0")
          .say("VRFY postmaster", "252 2.5.0")
          .say("EXPN list", "502 5")
          .say("HELP", "214")
          .say("STARTTLS", "502 5.5.1")
          .say("AUTH PLAIN", "502 5.5.1")
          .say("FROBNICATE", "500 5.5.1")
          .say("HELO client.example", "250 mail.example.org")
          .say("QUIT", "221 2.0.0")
          .expectEnd();
    }
  }

  @Test
  void commandsOutOfOrderGet503() throws IOException {
    try (var c = server.dial()) {
      c.expect("220")
          .say("MAIL FROM:<a@example.org>", "503 5.5.1")
          .say("EHLO client.example", "250")
          .say("RCPT TO:<b@example.org>", "503 5.5.1")
          .say("DATA", "503 5.5.1")
          .say("MAIL FROM:<a@example.org>", "250")
          .say("MAIL FROM:<a@example.org>", "503 5.5.1")
          .say("DATA", "554 5.5.1")
          .say("RCPT TO:<unknown@example.org>", "550 5.1.1")
          .say("DATA", "554 5.5.1")
          .say("EHLO client.example", "250")
          .say("RCPT TO:<b@example.org>", "503");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "MAIL FROM:<>|250 2.0.0",
        "mail from:<a@example.org>   |250",
        "MAIL FROM: <a@example.org>|250",
        "MAIL FROM:<@relay.example,@two.example:a@example.org>|250",
        "MAIL FROM:<\"a b\\\"c\"@example.org>|250",
        "MAIL FROM:<a@[192.0.2.1]>|250",
        "MAIL FROM:<a@[IPv6:2001:db8::1]>|250",
        "MAIL FROM:<a@example.org> SIZE=3000000000|552 5.3.4",
        "MAIL FROM:<a@example.org> SIZE=99999999999999999999|552 5.3.4",
        "MAIL FROM:<a@example.org> SIZE=1000|250",
        "MAIL FROM:<a@example.org> SIZE=x|501 5.5.4",
        "MAIL FROM:<a@example.org> size=1 body=8bitmime|250",
        "MAIL FROM:<a@example.org> BODY=9BIT|501 5.5.4",
        "MAIL FROM:<a@example.org> SIZE=1 SIZE=1|501 5.5.4",
        "MAIL FROM:<a@example.org> FOO=1|555 5.5.4",
        "MAIL FROM:<a@example.org> AUTH=<>|555 5.5.4",
        "MAIL FROM:<a@example.org> REQUIRETLS|555 5.5.4",
        "MAIL FROM:<a@example.org> RET=HDRS ENVID=x+2Dy|250",
        "MAIL FROM:<a@example.org> RET=SOME|501",
        "MAIL FROM:<a@example.org> ENVID=x+2|501",
        "MAIL FROM:<a@example.org>SIZE=1|501",
        "MAIL FROM:a@example.org|501 5.1.7",
        "MAIL FROM:<a@example..org>|501 5.1.7",
        "MAIL FROM:<.a@example.org>|250",
        "MAIL FROM:<a@[300.0.2.1]>|501 5.1.7",
        "MAIL FROM:<postmaster>|501 5.1.7",
        "MAIL TO:<a@example.org>|501 5.5.4",
        "MAIL FROM:<ä@example.org>|553 5.6.7",
        "MAIL FROM:<ä@exämple.org> SMTPUTF8|250",
        "MAIL FROM:<ä@exämple.org> SMTPUTF8=1|501",
      })
  void mailIsReadByTheWholeGrammar(String command, String reply) throws IOException {
    try (var c = server.dial()) {
      c.ehlo().say(command, reply);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RCPT TO:<postmaster>|250",
        "RCPT TO:<PostMaster>|250",
        "RCPT TO:<>|501 5.1.3",
        "RCPT TO:<b@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+40x|250",
        "RCPT TO:<b@example.org> NOTIFY=NEVER|250",
        "RCPT TO:<b@example.org> NOTIFY=NEVER,DELAY|501",
        "RCPT TO:<b@example.org> ORCPT=b|501",
        "RCPT TO:<b@example.org> ORCPT=utf-8;b\\x{E4}@example.org|250",
        "RCPT TO:<b@example.org> ORCPT=utf-8;b\\x{D800}@example.org|501",
        "RCPT TO:<b@example.org> SIZE=1|555 5.5.4",
        "RCPT TO:<ä@example.org>|553 5.6.7",
        "RCPT FROM:<b@example.org>|501",
      })
  void rcptIsReadByTheWholeGrammar(String command, String reply) throws IOException {
    try (var c = server.dial()) {
      c.ehlo().say("MAIL FROM:<a@example.org>", "250").say(command, reply);
    }
  }

  @Test
  void parametersNeedEhlo() throws IOException {
    try (var c = server.dial()) {
      c.expect("220")
          .say("HELO client.example", "250")
          .say("MAIL FROM:<a@example.org> SIZE=1", "555")
          .say("MAIL FROM:<a@example.org>", "250")
          .say("RCPT TO:<b@example.org> NOTIFY=NEVER", "555");
    }
  }

  @Test
  void parametersReachTheService() throws IOException {
    try (var c = server.dial()) {
      c.ehlo()
          .say("MAIL FROM:<ä@example.org> SMTPUTF8 BODY=BINARYMIME SIZE=77 RET=FULL ENVID=q", "250")
          .say("RCPT TO:<ü@example.org> NOTIFY=FAILURE ORCPT=utf-8;ü@example.org", "250")
          .say("DATA", "503 5.5.1")
          .send("BDAT 5 LAST\r\nA:b\r\n")
          .expect("250");
    }
    Transaction t = server.messages.getFirst().transaction();
    assertEquals(MessageTraits.Body.BINARY_MIME, t.parameters().body());
    assertEquals(77, t.parameters().declaredSize());
    assertTrue(t.parameters().smtpUtf8());
    assertEquals("q", t.parameters().envelopeId().orElseThrow());
    assertEquals("ü", t.forwardPaths().getFirst().address().localPart());
    assertEquals(
        java.util.Set.of(Notify.FAILURE), t.forwardPaths().getFirst().notifyOn().orElseThrow());
    assertEquals("UTF8SMTP", t.client().withProtocol(true));
  }

  @Test
  void dataIsUnstuffedAndSplitIntoHeaderAndBody() throws IOException {
    try (var c = server.dial()) {
      c.open()
          .say("DATA", "354")
          .send("Subject: x\r\n y\r\n\r\n..\r\n...two\r\nend\r\n.\r\n")
          .expect("250")
          .say("QUIT", "221");
    }
    var m = server.messages.getFirst();
    assertEquals("Subject: x\r\n y\r\n\r\n", new String(m.header(), StandardCharsets.ISO_8859_1));
    assertEquals(".\r\n..two\r\nend\r\n", new String(m.body(), StandardCharsets.ISO_8859_1));
  }

  @Test
  void pipelinedTransactionsAnswerInOrder() throws IOException {
    try (var c = server.dial()) {
      c.ehlo()
          .send(
              "MAIL FROM:<a@example.org>\r\nRCPT TO:<unknown@example.org>\r\n"
                  + "RCPT TO:<b@example.org>\r\nDATA\r\n")
          .expect("250")
          .expect("550")
          .expect("250")
          .expect("354")
          .send(
              "A: b\r\n\r\n1\r\n.\r\nMAIL FROM:<c@example.org>\r\nRCPT TO:<b@example.org>\r\n"
                  + "BDAT 6\r\nA: b\r\nBDAT 3 LAST\r\n\r\n2NOOP\r\nQUIT\r\n")
          .expect("250 2.0.0 OK")
          .expect("250 2.0.0 OK")
          .expect("250 2.0.0 OK")
          .expect("250 2.0.0 6 octets")
          .expect("250 2.0.0 OK")
          .expect("250")
          .expect("221")
          .expectEnd();
    }
    assertEquals(2, server.messages.size());
    assertEquals("A: b\r\n\r\n2", server.messages.get(1).text());
  }

  @Test
  void bdatKeepsEveryOctet() throws IOException {
    var body = new ByteArrayOutputStream();
    for (int i = 0; i < 300 * 256; i++) {
      body.write(i);
    }
    body.writeBytes("\n.\n\r\n.\r\n".getBytes(StandardCharsets.ISO_8859_1));
    byte[] whole = body.toByteArray();
    for (boolean slowly : new boolean[] {false, true}) {
      byte[] sent = slowly ? java.util.Arrays.copyOf(whole, 3_000) : whole;
      try (var c = server.dial()) {
        c.ehlo()
            .say("MAIL FROM:<a@example.org> BODY=BINARYMIME", "250")
            .say("RCPT TO:<b@example.org>", "250")
            .send("BDAT 8\r\nA: b\r\n\r\n")
            .expect("250");
        byte[] command = ("BDAT " + sent.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        if (slowly) {
          c.trickle(command).trickle(sent);
        } else {
          c.send(command).send(sent);
        }
        c.expect("250").say("BDAT 0 LAST", "250 2.0.0 OK");
      }
      assertArrayEquals(sent, server.messages.getLast().body());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8BITMIME   | A: b0                     | 550 5.6.0",
        "8BITMIME   | A0: b                     | 550 5.6.0",
        "8BITMIME   | A: b//x0y                 | 550 5.6.0",
        "7BIT       | A: b//x0y                 | 550 5.6.0",
        "BINARYMIME | A: b0                     | 550 5.6.0",
        "BINARYMIME | A: b//x0y                 | 250 2.0.0",
      })
  void aNulIsTakenInABinaryBodyOnly(String body, String message, String reply) throws IOException {
    String octets = message.replace("/", "\r\n").replace('0', '\0') + "\r\n";
    try (var c = server.dial()) {
      c.ehlo()
          .say("MAIL FROM:<a@example.org> BODY=" + body, "250")
          .say("RCPT TO:<b@example.org>", "250")
          .send("BDAT " + octets.length() + " LAST\r\n" + octets)
          .expect(reply);
      if (!body.equals("BINARYMIME")) {
        c.say("MAIL FROM:<a@example.org>", "250")
            .say("RCPT TO:<b@example.org>", "250")
            .say("DATA", "354")
            .send(octets + ".\r\n")
            .expect(reply);
      }
    }
  }

  @Test
  void bdatWithoutRecipientIsSwallowed() throws IOException {
    try (var c = server.dial()) {
      c.ehlo()
          .send("BDAT 12 LAST\r\nQUIT\r\nQUIT\r\nNOOP\r\n")
          .expect("503 5.5.1")
          .expect("250")
          .say("MAIL FROM:<a@example.org>", "250")
          .send("BDAT 6\r\nQUIT\r\n")
          .expect("503")
          .say("RCPT TO:<b@example.org>", "250")
          .send("BDAT 6\r\nA: b\r\n")
          .expect("250")
          .say("RCPT TO:<b@example.org>", "503")
          .say("MAIL FROM:<a@example.org>", "503")
          .say("DATA", "503")
          .say("RSET", "250")
          .say("BDAT x", "501")
          .expectEnd();
    }
    assertEquals(0, server.messages.size());
    assertNothingLeft();
  }

  @Test
  void bareLineEndsInTheHeaderAreRefusedEvenInBdat() throws IOException {
    try (var c = server.dial()) {
      c.open()
          .send("BDAT 5\r\nA: b\n")
          .expect("550 5.6.11")
          .send("BDAT 4 LAST\r\n\r\nx\n")
          .expect("503")
          .say("RCPT TO:<b@example.org>", "503")
          .say("NOOP", "250");
    }
    assertNothingLeft();
  }

  @Test
  void messagesTooBigGet552AfterTheirEnd() throws IOException {
    restart(settings(2_000, 100, 100), TransportSettings.DEFAULTS);
    try (var c = server.dial()) {
      c.open()
          .say("DATA", "354")
          .send("A: b\r\n\r\n" + "x".repeat(70).concat("\r\n").repeat(100) + ".\r\nNOOP\r\n")
          .expect("552 5.3.4")
          .expect("250")
          .say("RCPT TO:<b@example.org>", "503")
          .say("MAIL FROM:<a@example.org>", "250")
          .say("RCPT TO:<b@example.org>", "250")
          .send("BDAT 2001\r\n" + "x".repeat(2_001))
          .expect("552 5.3.4")
          .say("RCPT TO:<b@example.org>", "503")
          .say("MAIL FROM:<a@example.org>", "250")
          .say("RCPT TO:<b@example.org>", "250")
          .say("BDAT 99999999999", "552")
          .expectEnd();
    }
    assertEquals(0, server.messages.size());
    assertNothingLeft();
  }

  @Test
  void headersTooBigAreRefused() throws IOException {
    restart(settings(1_000_000, 100, 100), TransportSettings.DEFAULTS);
    try (var c = server.dial()) {
      c.open()
          .say("DATA", "354")
          .send("A: " + "x".repeat(256 << 10) + "\r\n\r\nbody\r\n.\r\n")
          .expect("552 5.3.4")
          .say("MAIL FROM:<a@example.org>", "250")
          .say("RCPT TO:<b@example.org>", "250")
          .say("DATA", "354")
          .send("A: b\r\n".repeat(1_001) + "\r\nbody\r\n.\r\n")
          .expect("552 5.3.4")
          .say("NOOP", "250");
    }
    assertNothingLeft();
  }

  @Test
  void recipientsPastTheLimitAreForAnotherTransaction() throws IOException {
    restart(settings(2_000, 2, 100), TransportSettings.DEFAULTS);
    try (var c = server.dial()) {
      c.open()
          .say("RCPT TO:<c@example.org>", "250")
          .say("RCPT TO:<d@example.org>", "452 4.5.3")
          .say("DATA", "354")
          .send("A: b\r\n\r\n.\r\n")
          .expect("250");
    }
    assertEquals(2, server.messages.getFirst().transaction().forwardPaths().size());
  }

  @Test
  void tooManyMessagesOrErrorsEndTheSession() throws IOException {
    restart(settings(2_000, 10, 2), TransportSettings.DEFAULTS);
    try (var c = server.dial()) {
      c.ehlo()
          .say("MAIL FROM:<a@example.org>", "250")
          .say("RSET", "250")
          .say("MAIL FROM:<a@example.org>", "250")
          .say("RSET", "250")
          .say("MAIL FROM:<a@example.org>", "421 4.7.0")
          .expectEnd();
    }
    try (var c = server.dial()) {
      c.ehlo();
      for (int i = 1; i < 20; i++) {
        c.say(i % 2 == 0 ? "FOO" : "RCPT TO:<x>", "50");
      }
      c.say("BAR", "421 4.7.0").expectEnd();
    }
  }

  @Test
  void linesThatAreTooLongGet500AndTheSessionGoesOn() throws IOException {
    try (var c = server.dial()) {
      c.ehlo()
          .say("NOOP " + "x".repeat(2_041), "250")
          .say("NOOP " + "x".repeat(2_042), "500 5.5.2")
          .say("NOOP " + "x".repeat(30_000), "500 5.5.2")
          .say("NOOP", "250")
          .send("x".repeat(200_000))
          .expect("500 5.5.2")
          .expectEnd();
    }
  }

  @ParameterizedTest
  @CsvSource({"4E4F4F500A", "4E4F4F500D4E4F4F500D0A", "4E4F0A4F500D0A", "0A", "4E4F4F500D0D0A"})
  void bareLineEndsInACommandEndTheSession(String hex) throws IOException {
    try (var c = server.dial()) {
      c.ehlo().send(java.util.HexFormat.of().parseHex(hex)).expect("500 5.5.2").expectEnd();
    }
  }

  @Test
  void commandsThatAreNoUtf8OrHoldControlsAreRefused() throws IOException {
    try (var c = server.dial()) {
      c.ehlo()
          .send("MAIL FROM:<\u00e4@example.org>\r\n".getBytes(StandardCharsets.ISO_8859_1))
          .expect("501 5.5.2")
          .send("NOOP \0\r\n")
          .expect("500 5.5.2")
          .say("EHLO exämple.org", "501")
          .say("EHLO", "501")
          .say("NOOP", "250");
    }
  }

  @Test
  void aFullDiskGets452AndTheSessionGoesOn() throws IOException {
    server.diskFull = true;
    try (var c = server.dial()) {
      c.open().say("DATA", "354").send("A: b\r\n\r\nbody\r\n.\r\n").expect("452 4.3.1");
      server.diskFull = false;
      c.say("MAIL FROM:<a@example.org>", "250");
    }
    assertNothingLeft();
  }

  @Test
  void bodiesInFilesAreWrittenAwayFromTheLoopAndStayWhole() throws IOException {
    server.inFile = true;
    String body = "0123456789".repeat(7).concat("\r\n").repeat(30_000);
    try (var c = server.dial()) {
      c.open().say("DATA", "354").send("A: b\r\n\r\n" + body + ".\r\nNOOP\r\n");
      c.expect("250 2.0.0 OK").expect("250").say("MAIL FROM:<a@example.org>", "250");
      c.say("RCPT TO:<b@example.org>", "250").send("BDAT 8\r\nA: b\r\n\r\n").expect("250");
      c.send("BDAT 3\r\nabc").expect("250").say("BDAT 0 LAST", "250 2.0.0 OK");
    }
    assertEquals(body, new String(server.messages.getFirst().body(), StandardCharsets.UTF_8));
    assertEquals("A: b\r\n\r\nabc", server.messages.get(1).text());
  }

  @Test
  void aServiceThatFailsIsAnsweredWith451() throws IOException {
    server.mailReply = CompletableFuture.failedStage(new IllegalStateException("on purpose"));
    server.endReply = CompletableFuture.completedStage(SmtpReply.of(550, 5, 7, 1, "Not today"));
    try (var c = server.dial()) {
      c.ehlo().say("MAIL FROM:<a@example.org>", "451 4.3.0");
      server.mailReply = CompletableFuture.completedStage(TestServer.OK);
      c.say("MAIL FROM:<a@example.org>", "250")
          .say("RCPT TO:<b@example.org>", "250")
          .say("DATA", "354")
          .send("A: b\r\n\r\n.\r\n")
          .expect("550 5.7.1")
          .say("RCPT TO:<b@example.org>", "503")
          .say("DATA", "503");
    }
  }

  @Test
  void theServiceMayRefuseTheConnection() throws IOException {
    server.connectReply = CompletableFuture.completedStage(SmtpReply.of(554, 5, 7, 1, "Go away"));
    try (var c = server.dial()) {
      c.expect("554 5.7.1 Go away").expectEnd();
    }
  }

  @Test
  void peersThatVanishLeaveNothingBehind() throws Exception {
    for (boolean file : new boolean[] {false, true}) {
      server.inFile = file;
      try (var c = server.dial()) {
        c.open().say("DATA", "354").send("A: b\r\n\r\nhalf a mess");
      }
      try (var c = server.dial()) {
        c.open().send("BDAT 6\r\nA: b\r\n").expect("250");
      }
    }
    while (server.ended.size() < 4) {
      Thread.onSpinWait();
    }
    assertEquals(0, server.messages.size());
    assertNothingLeft();
  }

  @Test
  void repliesReachAPeerThatHasClosedItsSide() throws IOException {
    var slow = new CompletableFuture<SmtpReply>();
    server.endReply = slow;
    try (var c = server.dial()) {
      c.open().say("DATA", "354").send("A: b\r\n\r\n.\r\nNOOP\r\n");
      c.shutdownOutput();
      while (server.messages.isEmpty()) {
        Thread.onSpinWait();
      }
      slow.complete(TestServer.OK);
      c.expect("250 2.0.0 OK").expect("250").expectEnd();
    }
  }

  @Test
  void slowServicesDoNotHoldUpStrangers() throws IOException {
    var slow = new CompletableFuture<SmtpReply>();
    server.mailReply = slow;
    List<SmtpDialog> sessions = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        var c = server.dial();
        sessions.add(c);
        c.ehlo().send("MAIL FROM:<a@example.org>\r\nNOOP\r\nQUIT\r\n");
      }
      while (server.mails.size() < 64) {
        Thread.onSpinWait();
      }
      try (var stranger = server.dial()) {
        stranger.ehlo().say("NOOP", "250");
      }
      slow.complete(SmtpReply.of(250, 2, 1, 0, "at last"));
      for (var c : sessions) {
        c.expect("250 2.1.0 at last").expect("250").expect("221").expectEnd();
      }
    } finally {
      for (var c : sessions) {
        c.close();
      }
    }
  }

  private void assertNothingLeft() {
    long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (server.openStages.get() != 0 && System.nanoTime() < giveUp) {
      Thread.onSpinWait();
    }
    assertEquals(0, server.openStages.get());
  }
}
