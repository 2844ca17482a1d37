package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.message.HeaderField;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.SmtpReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceptionServiceTest {
  private final ReceptionBench bench = new ReceptionBench();

  ReceptionServiceTest() {
    bench.zone.putAll(
        Map.of(
            "strict.example",
            Map.of("TXT", List.of("v=spf1 ip4:192.0.2.7 -all")),
            "_dmarc.strict.example",
            Map.of("TXT", List.of("v=DMARC1; p=reject")),
            "plain.example",
            Map.of("TXT", List.of("v=spf1 ip4:192.0.2.7 -all")),
            "broken.example",
            Map.of("TXT", List.of("v=spf1 nonsense")),
            "mx.client.example",
            Map.of("A", List.of("192.0.2.7"))));
  }

  @Test
  void writesTheVerdictOnTop() {
    SmtpReply reply =
        bench.receive(
            ReceptionSettings.DEFAULTS,
            7,
            "strict.example",
            "From: alice@strict.example\r\nSubject: x\r\n\r\n");
    assertEquals(250, reply.code());
    assertEquals(
        List.of("Authentication-Results", "Received", "From", "Subject"),
        bench.header().fields().stream().map(HeaderField::name).toList());
    String verdict = bench.header().fields().getFirst().unfolded();
    assertTrue(verdict.startsWith("mail.example.org;"), verdict);
    assertTrue(verdict.contains("spf=pass"), verdict);
    assertTrue(verdict.contains("dkim=none"), verdict);
    assertTrue(verdict.contains("dmarc=pass"), verdict);
    assertEquals("maildir:bob@example.org", bench.destination());
  }

  @Test
  void removesFieldsThatPretendToBeOurs() {
    bench.receive(
        ReceptionSettings.DEFAULTS,
        7,
        "strict.example",
        "Authentication-Results: MAIL.example.org; dmarc=pass\r\n"
            + "Authentication-Results: other.example; spf=pass smtp.mailfrom=a\r\n"
            + "Return-Path: <forged@example.org>\r\n"
            + "From: alice@strict.example\r\n\r\n");
    assertEquals(2, bench.header().all("Authentication-Results").size());
    assertTrue(
        bench.header().all("Authentication-Results").getLast().value().contains("other.example"));
    assertTrue(bench.header().all("Return-Path").isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "quarantine, 250, junk:bob@example.org",
    "note, 250, maildir:bob@example.org",
    "follow, 550, ",
  })
  void followsDmarcAsFarAsTheSettingsSay(String handling, int code, String destination) {
    var settings = ReceptionBench.settings("reception.dmarc = " + handling);
    SmtpReply reply =
        bench.receive(settings, 9, "strict.example", "From: alice@strict.example\r\n\r\n");
    assertEquals(code, reply.code());
    if (code == 250) {
      assertEquals(destination, bench.destination());
    } else {
      assertTrue(bench.queued.isEmpty());
      assertFalse(reply.text().contains("DMARC"), "a stranger learns no mechanism");
    }
  }

  @Test
  void takesReportsWithoutAReversePath() {
    SmtpReply reply =
        bench.receive(ReceptionSettings.DEFAULTS, 7, "", "From: postmaster@plain.example\r\n\r\n");
    assertEquals(250, reply.code());
    assertEquals(
        ReversePath.Null.NULL, bench.queued.getFirst().envelopes().getFirst().reversePath());
  }

  @Test
  void cutsALoop() {
    SmtpReply reply =
        bench.receive(
            ReceptionSettings.DEFAULTS,
            7,
            "plain.example",
            "Received: x\r\n".repeat(101) + "From: alice@plain.example\r\n\r\n");
    assertEquals("5.4.6", reply.status().orElseThrow().toString());
    assertTrue(bench.queued.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "bob, example.org, 250",
    "BOB+lists, Example.ORG, 250",
    "nobody, example.org, 550",
    "bob, elsewhere.example, 550",
    "'bob%elsewhere.example', example.org, 550",
    "'@elsewhere.example:bob', example.org, 550",
  })
  void isNoOpenRelay(String localPart, String domain, int code) {
    assertEquals(
        code,
        ReceptionBench.recipient(
                bench.service(ReceptionSettings.DEFAULTS, Optional.empty()), 7, localPart, domain)
            .code());
  }
}
