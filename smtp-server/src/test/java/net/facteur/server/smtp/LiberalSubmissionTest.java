package net.facteur.server.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.TransportSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What programs say that hand in mail, word by word, and that strangers may not say it.
class LiberalSubmissionTest {
  private TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private SmtpDialog submission() throws IOException {
    var loopback = AddressBlock.around(InetAddress.getByAddress(new byte[] {127, 0, 0, 0}), 8);
    var defaults = SmtpSettings.of("mail.example.org");
    server =
        new TestServer()
            .start(
                SmtpClient.Listener.SUBMISSION,
                new SmtpSettings(
                    defaults.hostname(),
                    defaults.maxMessageSize(),
                    defaults.maxRecipients(),
                    defaults.maxMessages(),
                    defaults.authFailureDelay(),
                    new SubmissionPolicy(List.of(loopback))),
                TransportSettings.DEFAULTS);
    return server.dial();
  }

  private SmtpDialog reception() throws IOException {
    server = TestServer.reception();
    return server.dial();
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EHLO m\u00fcller-pc | m?ller-pc
          EHLO my pc          | my?pc
          EHLO my_pc          | my_pc
          HELO Annas MacBook  | Annas?MacBook
          EHLO [192.0.2.1]    | [192.0.2.1]
          """)
  void aClientMaySayTheNameOfItsMachineAsItsOwnerWroteIt(String command, String logged)
      throws IOException {
    try (var c = submission()) {
      // Latin-1, as some systems write it
      c.expect("220").send(octets(command + "\r\n"));
      c.expect("250");
      c.say("MAIL FROM:<a@example.org>", "250")
          .say("RCPT TO:<b@example.org>", "250")
          .say("DATA", "354")
          .send("A: b\r\n\r\n.\r\n")
          .expect("250");
    }
    assertEquals(logged, server.messages.getFirst().transaction().client().hello());
  }

  @ParameterizedTest
  @ValueSource(strings = {"EHLO my pc", "EHLO m\u00fcller-pc", "HELO my pc"})
  void aStrangerMayNot(String command) throws IOException {
    try (var c = reception()) {
      c.expect("220").send(octets(command + "\r\n")).expect("501");
    }
  }

  /// MAIL and RCPT, and the addresses that the server then sends on.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MAIL FROM:a@example.org                  | RCPT TO:b@example.net              | a@example.org        | b@example.net
          MAIL FROM: a@example.org SIZE=10         | RCPT TO: b@example.net NOTIFY=NEVER | a@example.org       | b@example.net
          MAIL FROM:<a@example.org> SMTPUTF8 SMTPUTF8 | RCPT TO:<b@example.net>         | a@example.org        | b@example.net
          MAIL FROM:<a@example.org> BODY=8BITMIME BODY=8BITMIME | RCPT TO:<b@example.net> ORCPT=rfc822;b@c ORCPT=rfc822;b@c | a@example.org | b@example.net
          MAIL FROM:<x..y@example.org>             | RCPT TO:<x.@example.net>           | "x..y"@example.org   | "x."@example.net
          MAIL FROM:<.x@example.org>               | RCPT TO:<x...@example.net>         | ".x"@example.org     | "x..."@example.net
          MAIL FROM:<a@my_domain.example.org>      | RCPT TO:<b@_x.example_.net>        | a@my_domain.example.org | b@_x.example_.net
          MAIL FROM:<a@example.org.>               | RCPT TO:b@example.net.             | a@example.org        | b@example.net
          MAIL FROM:a@example.org. SIZE=10         | RCPT TO:<@x.example:b@example.net.> | a@example.org       | b@example.net
          mail from:<>                             | rcpt to:<b@example.net>            | ''                   | b@example.net
          """)
  void argumentsAreReadAsTheyAreMeant(String mail, String rcpt, String sender, String recipient)
      throws IOException {
    try (var c = submission()) {
      c.ehlo()
          .say(mail, "250")
          .say(rcpt, "250")
          .say("DATA", "354")
          .send("A: b\r\n\r\n.\r\n")
          .expect("250");
    }
    Transaction taken = server.messages.getFirst().transaction();
    assertEquals(sender, taken.reversePath().text());
    assertEquals(recipient, taken.forwardPaths().getFirst().address().text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MAIL FROM:a@example.org                          | 501
          MAIL FROM:<a@example.org> SMTPUTF8 SMTPUTF8      | 501
          MAIL FROM:<x..y@example.org>                     | 250
          MAIL FROM:<x.@example.org>                       | 250
          MAIL FROM:<a@my_domain.example.org>              | 250
          MAIL FROM:<..@example.org>                       | 501
          MAIL FROM:<a@example..org>                       | 501
          MAIL FROM:<a@example.org.>                       | 501
          MAIL FROM:<a@-x.example.org>                     | 501
          """)
  void strangersKeepToTheGrammarButForWhatHarmsNobody(String mail, String reply)
      throws IOException {
    try (var c = reception()) {
      c.ehlo().say(mail, reply);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MAIL FROM:                                     | 501
          MAIL FROM:a b@example.org                      | 501
          MAIL FROM:<a@example.org                       | 501
          MAIL FROM:a@example.org>                       | 501
          MAIL FROM:<a@example.org> SIZE=1 SIZE=2        | 501
          MAIL FROM:<a@example.org> BODY=8BITMIME BODY=7BIT | 501
          MAIL FROM:<..@example.org>                     | 501
          """)
  void whatCouldMeanTwoThingsIsRefusedFromEverybody(String mail, String reply) throws IOException {
    try (var c = submission()) {
      c.ehlo().say(mail, reply);
    }
  }

  /// What is sent after DATA, before the CRLF, dot, CRLF that ends it; and the body that arrives.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          A: b\\n\\none\\ntwo\\n                    | A: b\\r\\n\\r\\none\\r\\ntwo\\r\\n\\r\\n
          A: b\\r\\n\\r\\none\\ntwo                 | A: b\\r\\n\\r\\none\\r\\ntwo\\r\\n
          A: b\\n\\nx\\n.\\ny                       | A: b\\r\\n\\r\\nx\\r\\n.\\r\\ny\\r\\n
          A: b\\n\\nx\\n.\\r\\ny                    | A: b\\r\\n\\r\\nx\\r\\n.\\r\\ny\\r\\n
          A: b\\r\\n\\r\\nx\\r\\n.\\ny              | A: b\\r\\n\\r\\nx\\r\\n.\\r\\ny\\r\\n
          A: b\\n\\nx\\n..y\\n...z                  | A: b\\r\\n\\r\\nx\\r\\n.y\\r\\n..z\\r\\n
          A: b\\r\\n\\r\\nx\\n.\\r\\nMAIL FROM:<e@x> | A: b\\r\\n\\r\\nx\\r\\n.\\r\\nMAIL FROM:<e@x>\\r\\n
          From alice Mon Nov 30 12:00:00 2026\\nA: b\\n\\nx | A: b\\r\\n\\r\\nx\\r\\n
          >From alice 12:00\\r\\nA: b\\r\\n\\r\\nx  | A: b\\r\\n\\r\\nx\\r\\n
          A: b\\nFrom alice Mon Nov 30 12:00:00 2026\\nC: d\\n\\nx | A: b\\r\\nC: d\\r\\n\\r\\nx\\r\\n
          A: b\\nFrom here on\\nx                 | A: b\\r\\nFrom here on\\r\\nx\\r\\n
          A: b\\r\\nno field\\r\\nx                 | A: b\\r\\nno field\\r\\nx\\r\\n
          only text                                 | only text\\r\\n
          \\nonly text                              | \\r\\nonly text\\r\\n
          """)
  void lineEndsAreMendedAndOnlyTheRealEndEnds(String sent, String arrived) throws IOException {
    for (boolean slowly : new boolean[] {false, true}) {
      try (var c = submission()) {
        c.open().say("DATA", "354");
        byte[] content = octets(unescaped(sent) + "\r\n.\r\n");
        if (slowly) {
          c.trickle(content);
        } else {
          c.send(content);
        }
        c.expect("250").say("NOOP", "250").say("QUIT", "221").expectEnd();
      }
      assertEquals(1, server.messages.size());
      assertEquals(unescaped(arrived), server.messages.getFirst().text());
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          A: b\\r\\n\\r\\nx\\ry     | 550 5.6.11
          A: b\\rC: d\\r\\n\\r\\nx  | 550 5.6.11
          A: b\\n\\nx\\r\\r\\ny     | 550 5.6.11
          A: b\\n\\nx\\r            | 550 5.6.11
          A: b\\r\\n\\r\\nx\\0y     | 550 5.6.0
          A: b\\0\\r\\n\\r\\nx      | 550 5.6.0
          """)
  void carriageReturnsAloneAndNulAreRefused(String sent, String reply) throws IOException {
    try (var c = submission()) {
      c.open().say("DATA", "354").send(octets(unescaped(sent) + "\r\n.\r\n")).expect(reply);
      c.say("NOOP", "250");
    }
    assertEquals(0, server.messages.size());
    assertEquals(0, server.openStages.get());
  }

  @Test
  void chunksAreMendedLikeData() throws IOException {
    try (var c = submission()) {
      c.open()
          .send("BDAT 9\r\nA: b\n\nx\ny")
          .expect("250")
          .send("BDAT 3 LAST\r\n\n.\n")
          .expect("250");
      c.say("MAIL FROM:<a@example.org>", "250").say("RCPT TO:<b@example.org>", "250");
      c.send("BDAT 4 LAST\r\nA: b").expect("250");
      c.say("MAIL FROM:<a@example.org>", "250").say("RCPT TO:<b@example.org>", "250");
      c.send("BDAT 9 LAST\r\nA: b\n\nx\ry").expect("550 5.6.11");
    }
    assertEquals("A: b\r\n\r\nx\r\ny\r\n.\r\n", server.messages.getFirst().text());
    assertEquals("A: b\r\n", server.messages.get(1).text());
  }

  @Test
  void commandLinesMayEndWithALineFeed() throws IOException {
    try (var c = submission()) {
      c.expect("220").send("EHLO client\nMAIL FROM:<a@example.org>\nRCPT TO:<b@example.org>\n");
      c.expect("250").expect("250").expect("250").send("DATA\n").expect("354");
      c.send("A: b\n\nx\n.\n").send("\r\n.\r\n").expect("250").send("QUIT\n").expect("221");
    }
    assertEquals("A: b\r\n\r\nx\r\n.\r\n\r\n", server.messages.getFirst().text());
    server.close();
    try (var c = reception()) {
      c.expect("220").send("EHLO client\n").expect("500 5.5.2").expectEnd();
    }
    assertTrue(server.messages.isEmpty());
  }

  private static String unescaped(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
  }
}
