package net.facteur.server.report;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.https.HttpsOutcome;
import net.facteur.auth.https.HttpsRequest;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.tlsrpt.AppliedPolicy;
import net.facteur.auth.tlsrpt.ResultType;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import net.facteur.auth.tlsrpt.TlsReportFile;
import net.facteur.queue.MailAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsReportSenderTest {
  private static final DomainName DOMAIN = DomainName.of("example.com");
  private static final MailAddress CONTACT = new MailAddress("postmaster", "example.org");
  private static final AppliedPolicy TLSA =
      new AppliedPolicy(
          AppliedPolicy.Type.TLSA,
          List.of("3 1 1 abcd"),
          DomainName.of("mx.example.com"),
          List.of("mx.example.com"));
  private static final AppliedPolicy STS =
      new AppliedPolicy(
          AppliedPolicy.Type.STS,
          List.of("version: STSv1", "mode: enforce", "mx: *.example.com", "max_age: 86400"),
          DOMAIN,
          List.of("*.example.com"));

  @TempDir private Path directory;
  private final Map<String, Object> zone = new HashMap<>();
  private final List<Mail> mails = new ArrayList<>();
  private final List<HttpsRequest> posts = new ArrayList<>();
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private int httpStatus = 200;
  private boolean postTaken = true;
  private boolean on = true;
  private TlsCountStore store;
  private TlsSessionCounts counts;

  private record Mail(MailAddress from, MailAddress to, String header, byte[] body) {}

  @BeforeEach
  void open() throws SQLException {
    open(TlsCountStore.Limits.DEFAULTS);
  }

  private void open(TlsCountStore.Limits limits) throws SQLException {
    store = new TlsCountStore(directory.resolve("counts.db"), limits);
    counts = new TlsSessionCounts(store, () -> now);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private TlsReportSender sender() {
    var zoneNow =
        new Resolver() {
          @Override
          public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
            return ZoneResolver.of(zone).lookup(name, type);
          }
        };
    return new TlsReportSender(
        store,
        zoneNow,
        request -> {
          posts.add(request);
          return new HttpsOutcome.Answered(httpStatus, "", new byte[0]);
        },
        (from, to, header, body) -> {
          mails.add(new Mail(from, to, new String(header, ISO_8859_1), body));
          return postTaken;
        },
        () ->
            on
                ? Optional.of(new ReportSettings("Example Org", CONTACT, 2, Duration.ZERO))
                : Optional.empty(),
        () -> now,
        new Random(8460));
  }

  private void rua(String uris) {
    zone.put("_smtp._tls.example.com", Map.of("TXT", List.of("v=TLSRPTv1; rua=" + uris)));
  }

  private static InetAddress ip(String text) {
    return IpLiteral.parse(text).toOptional().orElseThrow();
  }

  private void session(AppliedPolicy policy, ResultType... failure) {
    counts.session(
        new TlsSessionResult(
            DOMAIN,
            policy,
            Optional.of(ip("2001:db8::1")),
            "mx.example.com",
            Optional.of(ip("192.0.2.1")),
            failure.length == 0
                ? Optional.empty()
                : Optional.of(new TlsSessionResult.Failure(failure[0], "because"))));
  }

  private void sessions() {
    session(TLSA);
    session(TLSA, ResultType.TLSA_INVALID);
    session(TLSA, ResultType.TLSA_INVALID);
    session(STS);
    session(STS);
    counts.flush();
    session(STS);
    session(STS, ResultType.CERTIFICATE_EXPIRED);
    counts.flush();
  }

  private TlsReport mailed() {
    Mail mail = mails.getLast();
    byte[] header = mail.header().getBytes(ISO_8859_1);
    byte[] whole = new byte[header.length + mail.body().length];
    System.arraycopy(header, 0, whole, 0, header.length);
    System.arraycopy(mail.body(), 0, whole, header.length, mail.body().length);
    return new TlsReportFile().read(whole).toOptional().orElseThrow();
  }

  @Test
  void sessionsAreAddedUpByPolicyAndFailure() {
    rua("mailto:tls@reports.example");
    sessions();
    now = Instant.parse("2026-03-02T02:00:00Z");
    sender().run();
    TlsReport report = mailed();
    assertEquals("Example Org", report.organization());
    assertEquals("postmaster@example.org", report.contact());
    assertEquals("2026-03-01T00:00:00Z", report.start().toString());
    assertEquals("2026-03-01T23:59:59Z", report.end().toString());
    assertEquals(
        List.of("sts", "tlsa"), report.policies().stream().map(PolicyResult::type).toList());
    PolicyResult sts = report.policies().getFirst();
    assertEquals(STS.strings(), sts.strings());
    assertEquals(STS.mxHosts(), sts.mxHosts());
    assertEquals(OptionalLong.of(3), sts.successes());
    assertEquals(OptionalLong.of(1), sts.failures());
    PolicyResult tlsa = report.policies().getLast();
    assertEquals("mx.example.com", tlsa.domain());
    assertEquals(OptionalLong.of(1), tlsa.successes());
    assertEquals(
        List.of(
            new TlsReport.FailureDetails(
                "tlsa-invalid",
                "2001:db8::1",
                "mx.example.com",
                "",
                "192.0.2.1",
                OptionalLong.of(2),
                "",
                "because")),
        tlsa.details());
  }

  @Test
  void mailIsAsTheRfcWantsIt() {
    rua("mailto:tls@reports.example?subject=x");
    sessions();
    now = Instant.parse("2026-03-02T03:00:00Z");
    sender().run();
    Mail mail = mails.getFirst();
    assertEquals(CONTACT, mail.from());
    assertEquals(new MailAddress("tls", "reports.example"), mail.to());
    for (String line :
        List.of(
            "TLS-Report-Domain: example.com\r\n",
            "TLS-Report-Submitter: example.org\r\n",
            "TLS-Required: no\r\n",
            "multipart/report; report-type=\"tlsrpt\"",
            "Subject: Report Domain: example.com\r\n Submitter: example.org\r\n"
                + " Report-ID: <2026-03-01.example.com@example.org>\r\n")) {
      assertTrue(mail.header().contains(line), mail.header());
    }
    assertTrue(mail.header().endsWith("\r\n\r\n"));
    assertEquals(11, MessageHeader.parse(mail.header().getBytes(ISO_8859_1)).fields().size());
    String body = new String(mail.body(), ISO_8859_1);
    assertTrue(body.contains("filename=\"example.org!example.com!1772323200!1772409599.json.gz\""));
    assertTrue(body.contains("4 sessions that went well\r\nand 3 that failed"));
    assertTrue(body.lines().allMatch(line -> line.length() <= 100));
  }

  @Test
  void nothingIsSentBeforeTheDayIsOverAndTheHourHasCome() {
    rua("mailto:tls@reports.example");
    sessions();
    TlsReportSender sender = sender();
    now = Instant.parse("2026-03-01T23:59:59Z");
    sender.run();
    now = Instant.parse("2026-03-02T01:59:59Z");
    sender.run();
    assertEquals(0, mails.size());
    now = Instant.parse("2026-03-02T02:00:00Z");
    sender.run();
    sender.run();
    assertEquals(1, mails.size());
  }

  @Test
  void sumsSurviveARestart() throws SQLException {
    rua("mailto:tls@reports.example");
    sessions();
    store.close();
    open(TlsCountStore.Limits.DEFAULTS);
    sessions();
    now = Instant.parse("2026-03-02T02:00:00Z");
    sender().run();
    assertEquals(8, mailed().successes());
    assertEquals(6, mailed().failures());
  }

  @Test
  void domainsThatAskForNothingGetNothingAndAreForgotten() throws SQLException {
    sessions();
    now = Instant.parse("2026-03-02T02:00:00Z");
    sender().run();
    assertEquals(0, mails.size());
    assertEquals(List.of(), store.due(LocalDate.parse("2026-03-02")));
  }

  @Test
  void reportIsPostedByHttps() {
    rua("https://reports.example/v1?x=y");
    sessions();
    now = Instant.parse("2026-03-02T02:00:00Z");
    sender().run();
    HttpsRequest post = posts.getFirst();
    assertEquals("application/tlsrpt+gzip", post.contentType());
    assertEquals("/v1?x=y", post.target());
    assertEquals(3, new TlsReportFile().read(post.body()).toOptional().orElseThrow().failures());
  }

  @Test
  void failedPostIsRepeatedForADayMoreAndMoreSeldom() throws SQLException {
    rua("https://reports.example/");
    httpStatus = 503;
    sessions();
    TlsReportSender sender = sender();
    Instant start = Instant.parse("2026-03-02T02:00:00Z");
    for (int minutes = 0; minutes < 48 * 60; minutes += 5) {
      now = start.plus(Duration.ofMinutes(minutes));
      sender.run();
    }
    assertEquals(5, posts.size());
    assertEquals(List.of(), store.due(LocalDate.parse("2026-03-09")));
    byte[] first = posts.getFirst().body();
    assertTrue(posts.stream().allMatch(post -> Arrays.equals(first, post.body())));
  }

  @Test
  void oneDestinationThatTakesItIsEnough() {
    rua("https://reports.example/,mailto:tls@reports.example");
    httpStatus = 500;
    sessions();
    now = Instant.parse("2026-03-02T02:00:00Z");
    TlsReportSender sender = sender();
    sender.run();
    now = Instant.parse("2026-03-02T12:00:00Z");
    sender.run();
    assertEquals(1, posts.size());
    assertEquals(1, mails.size());
  }

  @Test
  void dnsThatFailsIsAskedAgain() {
    zone.put("_smtp._tls.example.com", "SERVFAIL");
    sessions();
    TlsReportSender sender = sender();
    now = Instant.parse("2026-03-02T02:00:00Z");
    sender.run();
    rua("mailto:tls@reports.example");
    now = Instant.parse("2026-03-02T03:00:00Z");
    sender.run();
    assertEquals(1, mails.size());
  }

  @Test
  void uselessDestinationsDoNoHarm() {
    rua("ftp://x.example/,mailto:nobody,mailto:a%0d%0ab@x.example,https://192.0.2.1/");
    sessions();
    now = Instant.parse("2026-03-02T02:00:00Z");
    sender().run();
    assertEquals(0, mails.size() + posts.size());
  }

  @Test
  void switchedOffMeansForgotten() throws SQLException {
    on = false;
    sessions();
    now = Instant.parse("2026-03-02T02:00:00Z");
    sender().run();
    assertEquals(List.of(), store.due(LocalDate.parse("2026-03-02")));
  }

  @Test
  void floodsOfKindsAreBounded() throws SQLException {
    store.close();
    open(new TlsCountStore.Limits(50, 10));
    for (int i = 0; i < 1000; i++) {
      counts.session(
          new TlsSessionResult(
              DomainName.of("d" + i % 7 + ".example"),
              STS,
              Optional.empty(),
              "",
              Optional.empty(),
              Optional.of(
                  new TlsSessionResult.Failure(
                      ResultType.VALIDATION_FAILURE, "x".repeat(100_000) + i))));
      counts.session(
          new TlsSessionResult(
              DomainName.of("d" + i % 7 + ".example"),
              STS,
              Optional.empty(),
              "mx" + i + ".example",
              Optional.empty(),
              Optional.of(
                  new TlsSessionResult.Failure(ResultType.VALIDATION_FAILURE, "kind " + i))));
    }
    counts.flush();
    long rows = 0;
    for (TlsCountStore.Due due : store.due(LocalDate.parse("2026-03-02"))) {
      int kinds = store.results(due).getFirst().details().size();
      assertTrue(kinds <= 10);
      rows += kinds;
    }
    assertEquals(50, rows);
  }
}
