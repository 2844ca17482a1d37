package net.facteur.server.report.received;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.AuthenticationRequest;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.queue.StagedBody;
import net.facteur.server.report.received.ReceivedReports.Span;
import net.facteur.server.report.received.SqlReceivedReports.Limits;
import net.facteur.server.servermail.Reading;
import net.facteur.server.servermail.ServerMail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportMailTest {
  private static final Instant NOW = Instant.parse("2026-12-01T05:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final Span ALL = new Span(Optional.empty(), Instant.EPOCH, NOW);
  private static final Limits LIMITS = new Limits(Duration.ofDays(400), 100 << 20, 3);

  @TempDir private Path directory;

  private ReportMail reader(ReceivedReports reports, String dmarc) {
    return new ReportMail(
        new ReceivedReportSettings(dmarc, "tls-reports", LIMITS),
        List.of(DomainName.of("example.org"), DomainName.of("mail.example.net")),
        reports,
        CLOCK);
  }

  private static AuthenticationReport report(String from, String client) throws IOException {
    Map<String, Object> zone = new HashMap<>();
    zone.put("reporter.example", Map.of("TXT", List.of("v=spf1 ip4:192.0.2.1 -all")));
    return new MessageAuthenticator(
            ZoneResolver.of(zone),
            DkimCrypto.standard(),
            CLOCK,
            MessageAuthenticator.Settings.defaults("mail.example.org"))
        .authenticate(
            new AuthenticationRequest(
                InetAddress.ofLiteral(client), "mx.reporter.example", "reports@" + from),
            header(from),
            StagedBody.of(new byte[0])::open);
  }

  private static MessageHeader header(String from) {
    return MessageHeader.parse(
        ("From: reports@" + from + "\r\nContent-Type: text/xml\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
  }

  private static String xml(String domain, String id) {
    return "<feedback><report_metadata><org_name>Reporter</org_name><report_id>"
        + id
        + "</report_id><date_range><begin>1764460800</begin><end>1764547199</end></date_range>"
        + "</report_metadata><policy_published><domain>"
        + domain
        + "</domain></policy_published><record><row><source_ip>192.0.2.9</source_ip>"
        + "<count>7</count></row></record></feedback>\r\n";
  }

  private static Reading read(ReportMail reader, String body) throws IOException {
    return reader.read(
        new ServerMail(
            QueueId.next(CLOCK, new SplittableRandom(1)),
            List.of(new MailAddress("dmarc-reports", "example.org")),
            header("reporter.example"),
            StagedBody.of(body.getBytes(StandardCharsets.US_ASCII)),
            new ServerMail.Sender.Stranger(report("reporter.example", "192.0.2.1"))));
  }

  @Test
  void addressesAreThoseOfTheSettingsInOurDomains() {
    try (SqlReceivedReports reports = SqlReceivedReports.in(directory, LIMITS)) {
      ReportMail byName = reader(reports, "dmarc-reports");
      assertTrue(byName.reads(new MailAddress("DMARC-Reports", "EXAMPLE.org")));
      assertTrue(byName.reads(new MailAddress("tls-reports", "mail.example.net")));
      assertFalse(byName.reads(new MailAddress("dmarc-reports", "example.com")));
      assertFalse(byName.reads(new MailAddress("alice", "example.org")));
      ReportMail byAddress = reader(reports, "rua@example.org");
      assertTrue(byAddress.reads(new MailAddress("rua", "example.org")));
      assertFalse(byAddress.reads(new MailAddress("rua", "mail.example.net")));
      ReportMail elsewhere = reader(reports, "rua@collector.example");
      assertFalse(elsewhere.reads(new MailAddress("rua", "collector.example")));
    }
  }

  @Test
  void aReportIsKeptOnceWithWhoIsProvenToHaveSentIt() throws IOException {
    try (SqlReceivedReports reports = SqlReceivedReports.in(directory, LIMITS)) {
      ReportMail reader = reader(reports, "dmarc-reports");
      assertEquals(
          new Reading.Taken("reports=1 known=0 sender=reporter.example"),
          read(reader, xml("example.org", "1")));
      assertEquals(
          new Reading.Taken("reports=0 known=1 sender=reporter.example"),
          read(reader, xml("example.org", "1")));
      assertEquals(
          "example.org", ReportMail.sender(new ServerMail.Sender.User("alice@example.org")));
      assertEquals("", ReportMail.sender(new ServerMail.Sender.User("")));
      assertEquals(7, reports.sums(ALL, 9).getFirst().messages());
      assertEquals(
          "",
          ReportMail.sender(
              new ServerMail.Sender.Stranger(report("reporter.example", "192.0.2.2"))));
    }
  }

  @Test
  void whatIsNoReportOnOurDomainsIsForPeople() throws IOException {
    try (SqlReceivedReports reports = SqlReceivedReports.in(directory, LIMITS)) {
      ReportMail reader = reader(reports, "dmarc-reports");
      assertInstanceOf(Reading.Other.class, read(reader, xml("stranger.example", "1")));
      assertInstanceOf(Reading.Other.class, read(reader, "buy now\r\n"));
      assertInstanceOf(Reading.Other.class, read(reader, "<feedback>\r\n"));
      assertInstanceOf(Reading.Taken.class, read(reader, xml("sub.example.org", "1")));
      // Whose policy holds for a domain of ours.
      assertInstanceOf(Reading.Taken.class, read(reader, xml("example.net", "2")));
      assertEquals(2, reports.stock().dmarc());
    }
  }

  @Test
  void aDatabaseThatIsDownOrASenderWhoSendsTooMuchPutsItOff() throws IOException {
    Path missing = directory.resolve("later");
    try (SqlReceivedReports reports = SqlReceivedReports.in(missing, LIMITS)) {
      ReportMail reader = reader(reports, "dmarc-reports");
      assertInstanceOf(Reading.Later.class, read(reader, xml("example.org", "1")));
      Files.createDirectories(missing);
      for (int i = 0; i < LIMITS.perSender(); i++) {
        assertInstanceOf(Reading.Taken.class, read(reader, xml("example.org", "id" + i)));
      }
      assertInstanceOf(Reading.Later.class, read(reader, xml("example.org", "one more")));
    }
  }
}
