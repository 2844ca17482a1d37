package net.facteur.server.dsn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.BodyPart;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter.Entry;
import net.facteur.queue.ReportWriter.Event;
import net.facteur.queue.ReportWriter.Report;
import net.facteur.queue.ReversePath;
import net.facteur.server.TextContent;
import net.facteur.server.language.Language;
import net.facteur.server.routing.LocalUsers;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import org.junit.jupiter.api.Test;

class DsnWriterTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final String HEADER = "From: s@example.net\r\nSubject: hi\r\n\r\n";
  private static final DeliveryOutcome.Failed NO_USER =
      new DeliveryOutcome.Failed(
          EnhancedStatusCode.of(5, 1, 1),
          "550 5.1.1 no such user",
          Optional.of(new RemoteHost("mx.example.com", "192.0.2.9:25", "none")));

  private static DsnWriter writer(Language... languages) {
    return writer(1000, false, languages);
  }

  private static DsnWriter writer(int maxReturned, boolean returnWhole, Language... languages) {
    LocalUsers users = (local, _) -> local.equals("alice");
    var router =
        new Router(
            RoutingSettings.of(DomainName.of("example.org")),
            users,
            ReversePathRewriter.identity());
    var settings =
        new DsnSettings(
            "mx.example.org",
            new MailAddress("mailer-daemon", "example.org"),
            languages.length == 0 ? List.of(Language.ENGLISH) : List.of(languages),
            maxReturned,
            returnWhole);
    return new DsnWriter(
        settings, router, ReportSigner.NONE, InstantSource.fixed(NOW), new Random(3));
  }

  private static MessageTraits traits(
      boolean utf8, Optional<MessageTraits.Returned> returned, Optional<String> envelopeId) {
    return new MessageTraits(
        MessageTraits.Body.EIGHT_BIT_MIME,
        utf8,
        false,
        returned,
        envelopeId,
        MessageTraits.Priority.NORMAL);
  }

  private static Report report(String sender, MessageTraits traits, String body, Entry... entries) {
    ReversePath path =
        sender.isEmpty() ? ReversePath.Null.NULL : new ReversePath.Of(address(sender));
    return new Report(
        new QueueId("0123456789ABCDEF"),
        path,
        new TextContent(HEADER, body),
        traits,
        NOW.minusSeconds(3600),
        List.of(entries));
  }

  private static Entry entry(String to, Event event, DeliveryOutcome outcome, String orcpt) {
    var recipient =
        new Recipient(
            address(to),
            new Destination("mx:example.com"),
            Optional.empty(),
            orcpt.isEmpty() ? Optional.empty() : Optional.of(orcpt));
    return new Entry(recipient, event, outcome, NOW, Optional.of(NOW.plusSeconds(86400)));
  }

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  private static byte[] octets(NewMessage message) throws IOException {
    var out = new ByteArrayOutputStream();
    out.writeBytes(message.header());
    try (var body = message.body().open()) {
      body.transferTo(out);
    }
    return out.toByteArray();
  }

  private static MimeMessage parse(NewMessage message) throws Exception {
    byte[] octets = octets(message);
    for (int i = 0; i < octets.length; i++) {
      assertTrue(octets[i] != '\n' || octets[i - 1] == '\r', "a bare LF at " + i);
      assertTrue(octets[i] != '\r' || octets[i + 1] == '\n', "a bare CR at " + i);
    }
    for (String line : new String(octets, StandardCharsets.ISO_8859_1).split("\r\n", -1)) {
      assertTrue(line.length() <= 998, "a line of " + line.length());
    }
    return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(octets));
  }

  private static String part(MimeMessage message, int index) throws Exception {
    var parts = (MimeMultipart) message.getContent();
    assertEquals(3, parts.getCount());
    BodyPart part = parts.getBodyPart(index);
    return new String(part.getInputStream().readAllBytes(), UTF_8);
  }

  private static String type(MimeMessage message, int index) throws Exception {
    return ((MimeMultipart) message.getContent()).getBodyPart(index).getContentType();
  }

  @Test
  void tellsTheSenderOfAFailure() throws Exception {
    var report =
        report(
            "s@example.net",
            traits(false, Optional.of(MessageTraits.Returned.FULL), Optional.of("Q+3D7+2B")),
            "the body\r\n",
            entry("x@example.com", Event.FAILED, NO_USER, "rfc822;X+2Bo@example.com"));
    var dsn = writer().report(report).orElseThrow();
    assertEquals(ReversePath.Null.NULL, dsn.envelopes().getFirst().reversePath());
    var recipient = dsn.envelopes().getFirst().recipients().getFirst();
    assertEquals("mx:example.net", recipient.destination().text());
    assertEquals(Optional.of(Set.of()), recipient.notifyOn());

    var message = parse(dsn);
    assertEquals("auto-replied", message.getHeader("Auto-Submitted", null));
    assertEquals("1.0", message.getHeader("MIME-Version", null));
    assertEquals("Sun, 22 Nov 2026 10:00:00 +0000", message.getHeader("Date", null));
    assertEquals("<" + dsn.id() + "@mx.example.org>", message.getMessageID());
    assertEquals("Your message could not be delivered", message.getSubject());
    assertTrue(message.getContentType().startsWith("multipart/report"));
    assertTrue(message.getContentType().contains("report-type=delivery-status"));
    assertTrue(part(message, 0).contains("mx.example.com said: 550 5.1.1 no such user"));
    assertEquals("message/delivery-status", type(message, 1));
    assertEquals(
        """
        Original-Envelope-Id: Q=7+
        Reporting-MTA: dns; mx.example.org
        Arrival-Date: Sun, 22 Nov 2026 09:00:00 +0000

        Original-Recipient: rfc822; X+o@example.com
        Final-Recipient: rfc822; x@example.com
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mx.example.com
        Diagnostic-Code: smtp; 550 5.1.1 no such user
        Last-Attempt-Date: Sun, 22 Nov 2026 10:00:00 +0000
        """
            .replace("\n", "\r\n"),
        part(message, 1));
    assertEquals("message/rfc822", type(message, 2));
    assertEquals(HEADER + "the body\r\n", part(message, 2));
  }

  @Test
  void returnsHeadersOnlyUnlessTheWholeWasAskedForAndIsSmallAndClean() throws Exception {
    var full = Optional.of(MessageTraits.Returned.FULL);
    var cases =
        List.of(
            report(
                "s@example.net",
                traits(false, Optional.empty(), Optional.empty()),
                "x\r\n",
                failed()),
            report(
                "s@example.net",
                traits(false, Optional.of(MessageTraits.Returned.HDRS), Optional.empty()),
                "x\r\n",
                failed()),
            report(
                "s@example.net", traits(false, full, Optional.empty()), "x".repeat(2000), failed()),
            report("s@example.net", traits(false, full, Optional.empty()), "bare\nline", failed()),
            report(
                "s@example.net",
                traits(false, full, Optional.empty()),
                "x\r\n",
                entry("x@example.com", Event.DELIVERED, NO_USER, "")));
    for (Report report : cases) {
      var message = parse(writer().report(report).orElseThrow());
      assertEquals("text/rfc822-headers", type(message, 2));
      assertEquals(HEADER.substring(0, HEADER.length() - 2), part(message, 2));
    }
  }

  @Test
  void returnsTheWholeWhereTheSettingsSaySoAndTheSenderSaysNothing() throws Exception {
    var silent = traits(false, Optional.empty(), Optional.empty());
    var headers = traits(false, Optional.of(MessageTraits.Returned.HDRS), Optional.empty());
    var full = traits(false, Optional.of(MessageTraits.Returned.FULL), Optional.empty());
    DsnWriter whole = writer(1000, true);
    assertEquals("message/rfc822", thirdPart(whole, silent, "x\r\n"));
    assertEquals("text/rfc822-headers", thirdPart(whole, headers, "x\r\n"));
    assertEquals("text/rfc822-headers", thirdPart(whole, silent, "x".repeat(2000)));
    assertEquals("text/rfc822-headers", thirdPart(writer(0, true), silent, "x\r\n"));
    assertEquals("text/rfc822-headers", thirdPart(writer(0, true), full, "x\r\n"));
  }

  private static String thirdPart(DsnWriter writer, MessageTraits traits, String body)
      throws Exception {
    return type(parse(writer.report(report("s@x.test", traits, body, failed())).orElseThrow()), 2);
  }

  private static Entry failed() {
    return entry("x@example.com", Event.FAILED, NO_USER, "");
  }

  @Test
  void neverAnswersAReport() {
    assertTrue(writer().report(report("", MessageTraits.PLAIN, "x", failed())).isEmpty());
  }

  @Test
  void hasNobodyToTellWhereTheSenderDoesNotExist() {
    assertTrue(
        writer()
            .report(report("nobody@example.org", MessageTraits.PLAIN, "x", failed()))
            .isEmpty());
    var local = writer().report(report("alice@example.org", MessageTraits.PLAIN, "x", failed()));
    assertEquals(
        "maildir:alice@example.org",
        local.orElseThrow().envelopes().getFirst().recipients().getFirst().destination().text());
  }

  @Test
  void saysUntilWhenItWillTry() throws Exception {
    var later =
        new DeliveryOutcome.Deferred(
            EnhancedStatusCode.of(4, 4, 1),
            "cannot connect",
            Optional.empty(),
            true,
            Optional.empty());
    var dsn =
        writer(Language.ENGLISH, Language.FRENCH)
            .report(
                report(
                    "s@example.net",
                    MessageTraits.PLAIN,
                    "x",
                    entry("x@example.com", Event.DELAYED, later, "")))
            .orElseThrow();
    var message = parse(dsn);
    assertEquals("Your message is delayed", message.getSubject());
    String text = part(message, 0);
    assertTrue(text.contains("until Mon, 23 Nov 2026 10:00:00 +0000"), text);
    assertTrue(text.contains("n'a pas encore été remis"), text);
    String status = part(message, 1);
    assertTrue(status.contains("Action: delayed\r\nStatus: 4.4.1\r\n"), status);
    assertTrue(status.contains("Will-Retry-Until: Mon, 23 Nov 2026 10:00:00 +0000"), status);
    assertTrue(status.contains("Diagnostic-Code: x-facteur; cannot connect"), status);
  }

  @Test
  void writesTheFrenchSubjectAsAnEncodedWord() throws Exception {
    var dsn =
        writer(Language.FRENCH)
            .report(report("s@example.net", MessageTraits.PLAIN, "x", failed()))
            .orElseThrow();
    assertEquals("Votre message n'a pas pu être remis", parse(dsn).getSubject());
  }

  @Test
  void letsNothingOfAStrangerBecomeAFieldOrAPart() throws Exception {
    var nasty =
        new DeliveryOutcome.Failed(
            EnhancedStatusCode.of(5, 0, 0),
            "550 a\r\nAction: delivered\r\n\r\n--=_x\r\n\u202egnp.exe \u0000\u001b[2J"
                + "y".repeat(5000),
            Optional.of(new RemoteHost("evil\r\nStatus: 2.0.0", "192.0.2.1:25", "none")));
    var dsn =
        writer()
            .report(
                report(
                    "s@example.net",
                    traits(false, Optional.empty(), Optional.of("a+0D+0ABcc: x+0D+0A")),
                    "x",
                    entry("x@example.com", Event.FAILED, nasty, "rfc822;q+0D+0AStatus: 2.0.0+ZZ+")))
            .orElseThrow();
    var message = parse(dsn);
    String status = part(message, 1);
    assertEquals(1, count(status, "\r\nAction:"));
    assertEquals(1, count(status, "\r\nStatus:"));
    assertFalse(status.contains("\r\nBcc:"));
    assertTrue(status.contains("Original-Recipient: rfc822; q  Status: 2.0.0+ZZ+\r\n"), status);
    assertFalse(part(message, 0).contains("\u202e"));
  }

  @Test
  void speaksUtf8WhereTheMessageDid() throws Exception {
    var dsn =
        writer()
            .report(
                report(
                    "s@example.net",
                    traits(true, Optional.of(MessageTraits.Returned.FULL), Optional.empty()),
                    "x\r\n",
                    entry("ü@example.com", Event.FAILED, NO_USER, "utf-8;\\x{FC}@example.com")))
            .orElseThrow();
    var message = parse(dsn);
    assertTrue(message.getContentType().contains("report-type=global-delivery-status"));
    assertEquals("message/global-delivery-status", type(message, 1));
    assertEquals("message/global", type(message, 2));
    String status = part(message, 1);
    assertTrue(status.contains("Final-Recipient: utf-8; ü@example.com"), status);
    assertTrue(status.contains("Original-Recipient: utf-8; ü@example.com"), status);
  }

  private static int count(String text, String needle) {
    int n = 0;
    for (int at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      n++;
    }
    return n;
  }
}
