package net.facteur.server.bounces;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import net.facteur.server.bounces.FeedbackReader.Outcome;
import net.facteur.server.mime.Entity;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Complaints of the RFCs and of Sisimai's set, see SOURCE.txt beside them.
class FeedbackSuitesTest {
  private static final String SUITES = "/conformance/feedback-loops/";

  private static byte[] file(String name) throws IOException {
    try (InputStream in = FeedbackSuitesTest.class.getResourceAsStream(SUITES + name)) {
      return in.readAllBytes();
    }
  }

  private static Outcome read(String name) throws IOException {
    return of(new String(file(name), ISO_8859_1));
  }

  private static Outcome of(String text) {
    return FeedbackReader.read(
        Entity.parse(text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(ISO_8859_1)));
  }

  private static Optional<FeedbackReport> report(Outcome outcome) {
    return outcome instanceof Outcome.Report(FeedbackReport report)
        ? Optional.of(report)
        : Optional.empty();
  }

  @Test
  void readsEveryFormOfTheRfcs() throws IOException {
    JsonNode rows = new JsonMapper().readTree(file("rfc5965-rfc6591/expected.json"));
    for (JsonNode row : rows) {
      String file = row.get("file").asString();
      Outcome outcome = read("rfc5965-rfc6591/" + file);
      if (row.get("feedback_type").isNull()) {
        assertInstanceOf(Outcome.Malformed.class, outcome, file);
      } else {
        FeedbackReport report = report(outcome).orElseThrow(() -> new AssertionError(file));
        assertEquals(row.get("feedback_type").asString(), report.type(), file);
        assertEquals(
            StreamSupport.stream(row.get("removal").spliterator(), false)
                .map(JsonNode::asString)
                .toList(),
            report.removals(),
            file);
        if (file.equals("unknown-type.eml")) {
          continue; // the table names no list, and the message does
        }
        assertEquals(
            Optional.ofNullable(row.get("list_id"))
                .filter(id -> !id.isNull())
                .map(JsonNode::asString),
            report.about().listId(),
            file);
      }
    }
    assertEquals(8, rows.size());
  }

  @Test
  void readsWhatProvidersSend() throws IOException {
    JsonNode rows = new JsonMapper().readTree(file("sisimai-arf/expected.json"));
    for (JsonNode row : rows) {
      String file = row.get("file").asString();
      FeedbackReport report =
          report(read("sisimai-arf/" + file)).orElseThrow(() -> new AssertionError(file));
      assertEquals(row.get("results").get(0).get("feedback_type").asString(), report.type(), file);
      assertEquals(row.get("results").size(), Math.max(1, report.recipients().size()), file);
      JsonNode from = row.get("feedback_report").path("original-mail-from").path(0);
      assertEquals(
          from.isMissingNode()
              ? Optional.empty()
              : Optional.of(from.asString().replaceAll("[<>]", "")),
          report.mailFrom(),
          file);
    }
    assertEquals(9, rows.size());
  }

  @Test
  void readsWhatMicrosoftSends() {
    FeedbackReport report =
        report(
                of(
                    """
                    From: staff@hotmail.com
                    To: fbl@example.org
                    Subject: complaint about message from 192.0.2.1
                    MIME-Version: 1.0
                    Content-Type: multipart/mixed; boundary="b"

                    --b
                    Content-Type: message/rfc822
                    Content-Disposition: inline

                    X-HmXmrOriginalRecipient: <carol@hotmail.example>
                    Received: from mail.example.org ([192.0.2.1]) by BAY004.hotmail.example;
                    Received: from phone by mail.example.org with ESMTPSA id 1A2B3C4D5E6F
                    Message-ID: <1@example.org>
                    From: alice@example.org

                    Hello
                    --b--
                    """))
            .orElseThrow();

    assertTrue(report.complaint());
    assertEquals(List.of("carol@hotmail.example"), report.recipients());
    assertEquals(Optional.of("1@example.org"), report.about().messageId());
    assertEquals(List.of("1A2B3C4D5E6F"), report.about().ids());
  }

  @Test
  void takesAPersonsMailForNoComplaint() throws IOException {
    assertEquals(Outcome.Other.OTHER, of("Subject: this is spam!\n\nStop it.\n"));
    assertFalse(report(read("rfc5965-rfc6591/auth-failure-dkim.eml")).orElseThrow().complaint());
  }
}
