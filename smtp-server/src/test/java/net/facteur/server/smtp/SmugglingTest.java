package net.facteur.server.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// No sequence but CRLF, dot, CRLF ends a message.
@Timeout(60)
class SmugglingTest {
  private static final String CASES = "/conformance/smtp-smuggling/smtpsmug/cases.json";

  @TestFactory
  Stream<DynamicTest> nothingIsSmuggled() throws IOException {
    try (InputStream in = SmugglingTest.class.getResourceAsStream(CASES)) {
      JsonNode cases = JsonMapper.shared().readTree(in);
      List<DynamicTest> tests = new ArrayList<>();
      StreamSupport.stream(cases.get("eod").spliterator(), false)
          .forEach(
              c -> {
                String id = c.get("id").asString();
                byte[] sequence = Base64.getDecoder().decode(c.get("seq_b64").asString());
                tests.add(dynamicTest(id + " at once", () -> attempt(id, sequence, false)));
                tests.add(dynamicTest(id + " octet by octet", () -> attempt(id, sequence, true)));
              });
      assertEquals(20, tests.size());
      return tests.stream();
    }
  }

  private static void attempt(String id, byte[] sequence, boolean slowly) throws IOException {
    var stream = new ByteArrayOutputStream();
    stream.writeBytes("Subject: outer\r\n\r\nbefore".getBytes(StandardCharsets.ISO_8859_1));
    stream.writeBytes(sequence);
    stream.writeBytes(
        ("MAIL FROM:<evil@x.example>\r\nRCPT TO:<victim@rcpt.example>\r\nDATA\r\n"
                + "Subject: smuggled\r\n\r\nboo\r\n.\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    try (var server = TestServer.reception();
        var c = server.dial()) {
      c.open().say("DATA", "354");
      if (slowly) {
        c.trickle(stream.toByteArray());
      } else {
        c.send(stream.toByteArray());
      }
      // RFC 5321, 2.3.8 and 4.1.1.4: neither a NUL nor a CR or LF on its own is content.
      c.expect(id.startsWith("null") ? "550 5.6.0" : "550 5.6.11");
      // The session is in step: this is the answer to NOOP and to nothing else.
      c.say("RCPT TO:<x@example.org>", "503").say("NOOP", "250").say("QUIT", "221").expectEnd();
      assertEquals(0, server.messages.size());
      assertEquals(0, server.openStages.get());
    }
  }

  @TestFactory
  Stream<DynamicTest> pipelinedCommandsAfterDataAreCommandsOnlyAfterTheEnd() {
    return Stream.of(
            "\n.\n", "\r.\r", "\r\n.\n", "\n.\r\n", "\r\n.\r", "\r\n\0.\r\n", "\r\n.x\n", "\r.\n")
        .map(
            sequence ->
                dynamicTest(
                    Base64.getEncoder()
                        .encodeToString(sequence.getBytes(StandardCharsets.ISO_8859_1)),
                    () -> pipelined(sequence)));
  }

  private static void pipelined(String sequence) throws IOException {
    try (var server = TestServer.reception();
        var c = server.dial()) {
      c.ehlo()
          .send(
              "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nA: b\r\n\r\nx"
                  + sequence
                  + "MAIL FROM:<evil@x.example>\r\nRCPT TO:<v@example.org>\r\nDATA\r\nevil\r\n"
                  + ".\r\nMAIL FROM:<c@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"
                  + "C: d\r\n\r\n.\r\nQUIT\r\n")
          .expect("250")
          .expect("250")
          .expect("354");
      String first = c.reply();
      assertTrue(first.startsWith("550 5.6.11") || sequence.contains("\0"), first);
      c.expect("250").expect("250").expect("354").expect("250").expect("221").expectEnd();
      assertFalse(
          server.messages.stream()
              .anyMatch(m -> m.transaction().reversePath().text().equals("evil@x.example")));
      assertEquals("C: d\r\n\r\n", server.messages.getLast().text());
    }
  }
}
