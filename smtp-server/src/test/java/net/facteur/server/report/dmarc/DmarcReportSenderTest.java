package net.facteur.server.report.dmarc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import net.facteur.auth.dmarc.DmarcLocalPolicy;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.spf.SpfResult;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.ReversePath;
import net.facteur.server.report.ReportSettings;
import net.facteur.server.report.TlsReportSettings;
import net.facteur.server.report.dmarc.DmarcCountStore.Sent;
import net.facteur.server.report.received.FoundReport;
import net.facteur.server.report.received.FoundReports;
import net.facteur.server.report.received.ReportReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DmarcReportSenderTest {
  private static final MailAddress CONTACT = new MailAddress("postmaster", "example.org");
  private static final LocalDate DAY = LocalDate.parse("2026-11-30");

  private static final MessageContent NOTHING =
      new MessageContent() {
        @Override
        public byte[] header() {
          return new byte[0];
        }

        @Override
        public long bodySize() {
          return 0;
        }

        @Override
        public InputStream openBody() {
          return InputStream.nullInputStream();
        }
      };

  @TempDir private Path directory;
  private final Map<String, Object> zone = new HashMap<>();
  private final List<Mail> mails = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-30T12:00:00Z");
  private boolean taken = true;
  private boolean on = true;
  private int most = 50;
  private Set<DomainName> always = Set.of();
  private List<DomainName> excludedDomains = List.of();
  private Set<String> excludedAddresses = Set.of();
  private DmarcCountStore store;
  private DmarcCounts counts;
  private ReportReturns returns;
  private DmarcReportSender sender;

  private record Mail(MailAddress from, MailAddress to, String header, String body) {
    String xml() throws IOException {
      String[] parts = body.split("--report_[0-9a-f]+", -1);
      String encoded = parts[2].substring(parts[2].indexOf("\r\n\r\n") + 4);
      try (var in =
          new GZIPInputStream(
              new ByteArrayInputStream(Base64.getMimeDecoder().decode(encoded.strip())))) {
        return new String(in.readAllBytes(), UTF_8);
      }
    }
  }

  @BeforeEach
  void open() {
    store = DmarcCountStore.in(directory, DmarcCountStore.Limits.DEFAULTS);
    counts = new DmarcCounts(store, () -> now);
    returns = new ReportReturns(store, () -> now, new Random(9990), Runnable::run);
    sender =
        new DmarcReportSender(
            store,
            this::resolver,
            (from, to, header, body) -> {
              if (taken) {
                mails.add(
                    new Mail(
                        from, to, new String(header, ISO_8859_1), new String(body, ISO_8859_1)));
              }
              return taken;
            },
            returns,
            this::plan,
            "Facteur test",
            () -> now,
            new Random(9990));
    zone("example.com", "v=DMARC1; p=reject; rua=mailto:rua@example.com");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private DmarcReportSender.Plan plan() {
    var author =
        new TlsReportSettings(
            true, Optional.of(CONTACT), "Example Org", 2, List.of(DomainName.of("example.org")));
    return new DmarcReportSender.Plan(
        new DmarcReportSettings(on, most, always, excludedDomains, excludedAddresses, author),
        on
            ? Optional.of(new ReportSettings("Example Org", CONTACT, 2, Duration.ZERO))
            : Optional.empty());
  }

  private Resolver resolver() {
    return ZoneResolver.of(zone);
  }

  private void zone(String domain, String record) {
    zone.put("_dmarc." + domain, Map.of("TXT", List.of(record)));
  }

  private void message(String domain, boolean good) {
    var resolverNow =
        new Resolver() {
          @Override
          public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
            return ZoneResolver.of(zone).lookup(name, type);
          }
        };
    counts.message(
        new Strangers(resolverNow, DmarcLocalPolicy.neverRejectAlone())
            .message(
                domain,
                "192.0.2.1",
                "bob@" + domain,
                good ? SpfResult.PASS : SpfResult.FAIL,
                domain + " s1 " + (good ? "pass" : "fail")),
        good ? DmarcPolicy.NONE : DmarcPolicy.QUARANTINE,
        List.of(new MailAddress("alice", "example.org")));
    counts.flush();
  }

  private void nextDay() {
    now = Instant.parse("2026-12-01T02:30:00Z");
    sender.run();
  }

  private List<String> outcomes() throws IOException {
    return store.sent(DAY).stream()
        .map(sent -> sent.address() + " " + sent.outcome().word())
        .sorted()
        .toList();
  }

  @Test
  void aDomainOfWhichMailPassedGetsAReportWhenTheDayIsOver() throws IOException {
    message("example.com", true);
    message("example.com", false);
    sender.run();
    now = Instant.parse("2026-12-01T01:59:00Z");
    sender.run();
    assertEquals(0, mails.size());
    nextDay();
    assertEquals(1, mails.size());
    Mail mail = mails.getFirst();
    assertEquals("rua@example.com", mail.to().text());
    String id = store.sent(DAY).getFirst().report();
    assertTrue(id.matches("20261130[0-9a-f]{20}"), id);
    // RFC 9990, 3.5.2: the fixed form of the subject
    assertTrue(
        mail.header()
            .contains(
                "Subject: Report Domain: example.com\r\n Submitter: example.org\r\n Report-ID: <"
                    + id
                    + ">\r\n"),
        mail.header());
    assertTrue(mail.header().contains("From: <postmaster@example.org>\r\n"), mail.header());
    assertTrue(mail.header().contains("Auto-Submitted: auto-generated\r\n"), mail.header());
    assertTrue(mail.body().contains("Content-Type: application/gzip\r\n"), mail.body());
    assertTrue(
        mail.body()
            .contains(
                "filename=\"example.org!example.com!1795996800!1796083199!" + id + ".xml.gz\""),
        mail.body());
    String xml = mail.xml();
    assertTrue(xml.contains("<org_name>Example Org</org_name>"), xml);
    assertTrue(xml.contains("<report_id>" + id + "</report_id>"), xml);
    assertTrue(xml.contains("<generator>Facteur test</generator>"), xml);
    assertEquals(2, xml.split("<record>", -1).length - 1);
    // Once is enough, and what was told is forgotten.
    now = now.plus(Duration.ofDays(1));
    sender.run();
    assertEquals(1, mails.size());
    assertEquals(List.of(), store.on(DAY));
  }

  @Test
  void aDomainOfWhichNothingPassedGetsNoneUnlessItIsListed() throws IOException {
    message("example.com", false);
    zone("partner.example", "v=DMARC1; p=none; rua=mailto:rua@partner.example");
    message("partner.example", false);
    always = Set.of(DomainName.of("partner.example"));
    nextDay();
    assertEquals(
        List.of("rua@partner.example"), mails.stream().map(mail -> mail.to().text()).toList());
    assertEquals(List.of(), store.on(DAY));
  }

  @Test
  void anAddressElsewhereHasToAgreeAndMayNameAnotherOfItsOwn() throws IOException {
    zone(
        "example.com",
        "v=DMARC1; p=none; rua=mailto:a@agrees.example,mailto:b@silent.example,"
            + "mailto:c@other.example,mailto:d@strange.example,https://example.com/");
    zone("agrees.example", "v=DMARC1; p=none");
    zone.put("example.com._report._dmarc.agrees.example", Map.of("TXT", List.of("v=DMARC1")));
    zone.put(
        "example.com._report._dmarc.other.example",
        Map.of("TXT", List.of("v=DMARC1; rua=mailto:instead@other.example")));
    zone.put("example.com._report._dmarc.strange.example", Map.of("TXT", List.of("not a record")));
    message("example.com", true);
    nextDay();
    assertEquals(
        List.of("a@agrees.example", "instead@other.example"),
        mails.stream().map(mail -> mail.to().text()).toList());
    assertEquals(
        List.of(
            "a@agrees.example sent",
            "b@silent.example not-allowed",
            "d@strange.example not-allowed",
            "https://example.com/ not-allowed",
            "instead@other.example sent"),
        outcomes());
  }

  @Test
  void aLookUpThatFailsIsMadeAgainAndWhoeverHasTheReportGetsItOnce() throws IOException {
    zone("example.com", "v=DMARC1; p=none; rua=mailto:rua@example.com,mailto:x@later.example");
    zone.put("example.com._report._dmarc.later.example", "TIMEOUT");
    message("example.com", true);
    nextDay();
    assertEquals(1, mails.size());
    assertEquals(List.of("rua@example.com sent"), outcomes());
    zone.put("example.com._report._dmarc.later.example", Map.of("TXT", List.of("v=DMARC1")));
    now = now.plus(Duration.ofMinutes(61));
    sender.run();
    assertEquals(
        List.of("rua@example.com", "x@later.example"),
        mails.stream().map(mail -> mail.to().text()).toList());
  }

  @Test
  void whatTheQueueDoesNotTakeIsTriedForADay() throws IOException {
    message("example.com", true);
    taken = false;
    nextDay();
    assertEquals(List.of(), outcomes());
    for (int hours = 1; hours <= 24; hours++) {
      now = now.plus(Duration.ofHours(1));
      sender.run();
    }
    assertEquals(List.of("rua@example.com given-up"), outcomes());
    assertEquals(List.of(), store.on(DAY));
  }

  @Test
  void sizeLimitsAndExclusionsAreKept() throws IOException {
    zone(
        "example.com",
        "v=DMARC1; p=none; rua=mailto:small@example.com!1k,mailto:large@example.com!10m,"
            + "mailto:Trap@example.com");
    zone("out.example", "v=DMARC1; p=none; rua=mailto:rua@out.example");
    message("example.com", true);
    message("sub.out.example", true);
    excludedAddresses = Set.of("trap@example.com");
    excludedDomains = List.of(DomainName.of("out.example"));
    nextDay();
    assertEquals(
        List.of(
            "large@example.com sent", "small@example.com too-large", "trap@example.com excluded"),
        outcomes());
    assertEquals(1, mails.size());
  }

  @Test
  void noMoreMailsLeaveForADayThanTheSettingsAllowAndTheLargestGoFirst() throws IOException {
    most = 2;
    for (String domain : List.of("a.example", "b.example", "c.example")) {
      zone(domain, "v=DMARC1; p=none; rua=mailto:rua@" + domain);
      message(domain, true);
    }
    message("c.example", true);
    message("b.example", true);
    nextDay();
    assertEquals(
        Set.of("rua@b.example", "rua@c.example"),
        Set.copyOf(mails.stream().map(mail -> mail.to().text()).toList()));
    Sent left =
        store.sent(DAY).stream()
            .filter(sent -> sent.outcome() == Sent.Outcome.LEFT_OUT)
            .findFirst()
            .orElseThrow();
    assertEquals(1, left.messages());
    // The next run of the same day has no room, either.
    zone("d.example", "v=DMARC1; p=none; rua=mailto:rua@d.example");
    Instant later = now;
    now = Instant.parse("2026-11-30T23:59:59Z");
    message("d.example", true);
    now = later;
    sender.run();
    assertEquals(2, mails.size());
  }

  private static MailAddress path(Mail mail) {
    return mail.from();
  }

  private void failed(Mail mail) {
    ReportWriter writer =
        returns.before(
            _ -> {
              throw new AssertionError("nobody is to hear of it");
            });
    assertEquals(
        Optional.empty(),
        writer.report(
            new ReportWriter.Report(
                QueueId.next(() -> now, new Random(1)),
                new ReversePath.Of(mail.from()),
                NOTHING,
                MessageTraits.PLAIN,
                now,
                List.of(
                    new ReportWriter.Entry(
                        new Recipient(
                            mail.to(),
                            new Destination("mx:example.com"),
                            Optional.empty(),
                            Optional.empty()),
                        ReportWriter.Event.FAILED,
                        new DeliveryOutcome.Failed(
                            EnhancedStatusCode.of(5, 1, 1), "550 no such user", Optional.empty()),
                        now,
                        Optional.empty())))));
  }

  @Test
  void anAddressThatRefusesRestsForThirtyDays() throws IOException {
    message("example.com", true);
    nextDay();
    Mail mail = mails.getFirst();
    assertTrue(path(mail).text().matches("dmarc-return-[0-9a-f]{20}@example.org"));
    failed(mail);
    assertEquals(List.of("rua@example.com refused"), outcomes());
    assertEquals(1, store.resting(now).size());
    assertEquals(now.plus(Duration.ofDays(30)), store.resting(now).getFirst().until());
    message("example.com", true);
    now = now.plus(Duration.ofDays(1));
    sender.run();
    assertEquals(1, mails.size());
    now = now.plus(Duration.ofDays(29));
    message("example.com", true);
    now = now.plus(Duration.ofDays(1));
    sender.run();
    assertEquals(2, mails.size());
    assertNotEquals(mails.getFirst().from(), mails.getLast().from());
  }

  @Test
  void nobodyElseCanLetAnAddressRest() throws IOException {
    message("example.com", true);
    nextDay();
    returns.rest("0123456789abcdef0123", "guessed");
    assertEquals(List.of(), store.resting(now));
    assertTrue(
        !returns.isOurs(new MailAddress("dmarc-return-0123456789abcdef0123", "example.org")));
    assertTrue(returns.isOurs(mails.getFirst().from()));
  }

  @Test
  void ifReportsAreSwitchedOffWhatWasCountedIsForgotten() throws IOException {
    message("example.com", true);
    on = false;
    nextDay();
    assertEquals(0, mails.size());
    assertEquals(List.of(), store.on(DAY));
  }

  @Test
  void whatIsOlderThanAnybodyWantsIsForgottenAndSoIsWhatWasSent() throws IOException {
    message("example.com", true);
    nextDay();
    assertEquals(1, store.sent(DAY).size());
    message("example.com", true);
    now = now.plus(Duration.ofDays(36));
    sender.run();
    assertEquals(1, mails.size());
    assertEquals(List.of(), store.sent(DAY));
    assertEquals(List.of(), store.before(LocalDate.parse("2027-12-31")));
  }

  @Test
  void twoPoliciesOfADayAreTwoReports() throws IOException {
    message("example.com", true);
    zone("example.com", "v=DMARC1; p=none; rua=mailto:rua@example.com");
    message("example.com", false);
    nextDay();
    assertEquals(2, mails.size());
    assertNotEquals(id(mails.getFirst()), id(mails.getLast()));
  }

  @Test
  void ourOwnReaderFindsTheSameNumbers() throws IOException {
    for (int i = 0; i < 7; i++) {
      message("example.com", i % 3 != 0);
    }
    message("news.example.com", true);
    PendingReport counted = store.of("example.com").getFirst();
    var rows = new ArrayList<Entry>();
    store.rows(counted, rows::add);
    nextDay();
    Mail mail = mails.getFirst();
    FoundReports found = ReportReader.inFile((mail.header() + mail.body()).getBytes(ISO_8859_1));
    assertEquals(List.of(), found.wrong());
    assertEquals(1, found.reports().size());
    AggregateReport read = ((FoundReport.Dmarc) found.reports().getFirst()).report();
    assertEquals(rows, read.entries());
    assertEquals(8, read.messages());
    assertEquals(counted.policy(), read.policy());
    assertEquals("Example Org", read.metadata().organization());
    assertEquals(CONTACT.text(), read.metadata().email());
    assertEquals(id(mail), read.metadata().id());
    assertEquals(Instant.parse("2026-11-30T00:00:00Z"), read.metadata().begin());
    assertEquals(Instant.parse("2026-11-30T23:59:59Z"), read.metadata().end());
  }

  private static String id(Mail mail) throws IOException {
    Matcher matcher = Pattern.compile("<report_id>(.*)</report_id>").matcher(mail.xml());
    return matcher.find() ? matcher.group(1) : "";
  }
}
