package net.facteur.server.report.received;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Evaluated;
import net.facteur.auth.dmarc.report.AggregateReport.Identifiers;
import net.facteur.auth.dmarc.report.AggregateReport.Metadata;
import net.facteur.auth.dmarc.report.AggregateReport.PolicyOverride;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;
import net.facteur.auth.dmarc.report.AggregateReport.SpfResult;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReport.FailureDetails;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.sql.SharedPostgres;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.report.received.ReceivedReports.Added;
import net.facteur.server.report.received.ReceivedReports.Arrival;
import net.facteur.server.report.received.ReceivedReports.DmarcHead;
import net.facteur.server.report.received.ReceivedReports.DmarcSum;
import net.facteur.server.report.received.ReceivedReports.Kind;
import net.facteur.server.report.received.ReceivedReports.ReceivedTls;
import net.facteur.server.report.received.ReceivedReports.Reporter;
import net.facteur.server.report.received.ReceivedReports.Span;
import net.facteur.server.report.received.SqlReceivedReports.Limits;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SqlReceivedReportsTest {
  private static final Instant DAY = Instant.parse("2026-11-30T00:00:00Z");
  private static final Duration ONE_DAY = Duration.ofDays(1);
  private static final Limits LIMITS = new Limits(Duration.ofDays(400), 100 << 20, 100);
  private static final Arrival ARRIVAL = new Arrival(DAY.plus(ONE_DAY), "reporter.example");
  private static final Span ALL = new Span(Optional.empty(), Instant.EPOCH, DAY.plus(ONE_DAY));
  private static final Evaluated PASS = new Evaluated("none", "pass", "fail", List.of());

  @RegisterExtension private static final SharedPostgres POSTGRES = new SharedPostgres();

  @TempDir private Path directory;

  private SqlReceivedReports reports() {
    return SqlReceivedReports.in(directory, LIMITS);
  }

  private static Entry entry(String ip, long count) {
    return new Entry(
        ip,
        count,
        PASS,
        new Identifiers("example.org", "bounce.example.org", "reporter.example"),
        List.of(new DkimResult("example.org", "s1", "pass", "")),
        List.of(new SpfResult("bounce.example.org", "mfrom", "softfail", "")));
  }

  private static AggregateReport dmarc(String domain, String id, Instant begin, Entry... entries) {
    return new AggregateReport(
        new Metadata(
            "Reporter Inc.",
            "dmarc@reporter.example",
            "https://reporter.example/help",
            id,
            begin,
            begin.plus(ONE_DAY),
            List.of("no rua"),
            "program 1.0"),
        new PublishedPolicy(
            domain, "treewalk", "none", "reject", "", "r", "s", "1", "n", OptionalInt.of(50)),
        List.of(entries));
  }

  private static TlsReport tls(String id, String... domains) {
    var policies = new ArrayList<PolicyResult>();
    for (String domain : domains) {
      policies.add(
          new PolicyResult(
              "sts",
              List.of("version: STSv1", "mode: testing"),
              domain,
              List.of("mx." + domain),
              OptionalLong.of(5),
              OptionalLong.empty(),
              List.of(
                  new FailureDetails(
                      "certificate-expired",
                      "192.0.2.1",
                      "mx." + domain,
                      "",
                      "192.0.2.2",
                      OptionalLong.of(3),
                      "",
                      "code"))));
    }
    return new TlsReport(
        "Reporter Inc.", DAY, DAY.plus(ONE_DAY), "tls@reporter.example", id, policies);
  }

  private static List<DmarcHead> heads(SqlReceivedReports reports, Span span) throws IOException {
    var heads = new ArrayList<DmarcHead>();
    reports.dmarc(
        span,
        (head, _) -> {
          if (!heads.contains(head)) {
            heads.add(head);
          }
        });
    return heads;
  }

  @Test
  void aReportComesBackAsItWas() throws IOException {
    var odd =
        new Entry(
            "not an address",
            7,
            new Evaluated(
                "reject",
                "fail",
                "fail",
                List.of(new PolicyOverride("mailing_list", "\u00e9t\u00e9 \"quoted\""))),
            new Identifiers("sub.example.org", "", ""),
            List.of(),
            List.of());
    AggregateReport report =
        dmarc("example.org", "id-1", DAY, odd, entry("192.0.2.1", 3), entry("2001:db8::1", 1));
    try (SqlReceivedReports reports = reports()) {
      assertEquals(Added.STORED, reports.add(report, ARRIVAL));
    }
    try (SqlReceivedReports reports = reports()) {
      var entries = new ArrayList<Entry>();
      var heads = new ArrayList<DmarcHead>();
      reports.dmarc(
          ALL,
          (head, entry) -> {
            heads.add(head);
            entries.add(entry);
          });
      assertEquals(new DmarcHead(report.metadata(), report.policy(), ARRIVAL), heads.getFirst());
      assertEquals(report.entries().size(), entries.size());
      assertTrue(entries.containsAll(report.entries()), entries.toString());
    }
  }

  @Test
  void theSameReportCountsOnceHoweverItComes() throws IOException {
    try (SqlReceivedReports reports = reports()) {
      AggregateReport report = dmarc("example.org", "id-1", DAY, entry("192.0.2.1", 3));
      assertEquals(Added.STORED, reports.add(report, ARRIVAL));
      assertEquals(
          Added.KNOWN, reports.add(report, new Arrival(DAY.plus(ONE_DAY), "other.example")));
      assertEquals(
          Added.STORED,
          reports.add(dmarc("example.com", "id-1", DAY, entry("192.0.2.1", 3)), ARRIVAL));
      assertEquals(Added.STORED, reports.add(tls("tls-1", "example.org"), ARRIVAL));
      assertEquals(Added.KNOWN, reports.add(tls("tls-1", "example.org"), ARRIVAL));
      assertEquals(2, reports.stock().dmarc());
      assertEquals(1, reports.stock().tls());
    }
  }

  @Test
  void entriesThatAreAlikeAreSummedByAddressAndOutcome() throws IOException {
    try (SqlReceivedReports reports = reports()) {
      var _ =
          reports.add(
              dmarc(
                  "example.org",
                  "1",
                  DAY,
                  entry("192.0.2.1", 3),
                  entry("192.0.2.1", 4),
                  entry("192.0.2.2", 1)),
              ARRIVAL);
      var _ =
          reports.add(
              dmarc("example.org", "2", DAY.plusSeconds(60), entry("192.0.2.1", 10)), ARRIVAL);
      var _ = reports.add(dmarc("example.net", "3", DAY, entry("192.0.2.1", 100)), ARRIVAL);
      List<DmarcSum> sums =
          reports.sums(new Span(Optional.of("example.org"), DAY, DAY.plus(ONE_DAY)), 10);
      assertEquals(2, sums.size());
      assertEquals("192.0.2.1", sums.get(0).sourceIp());
      assertEquals(17, sums.get(0).messages());
      assertEquals(2, sums.get(0).reports());
      assertEquals(DAY.plusSeconds(60).plus(ONE_DAY), sums.get(0).last());
      assertEquals(1, sums.get(1).messages());
      assertEquals("example.net", reports.sums(ALL, 1).getFirst().domain());
      assertEquals(1, reports.sums(ALL, 1).size());
    }
  }

  @Test
  void aSpanHasReportsThatBeginInIt() throws IOException {
    try (SqlReceivedReports reports = reports()) {
      for (int day = 0; day < 3; day++) {
        Instant begin = DAY.plus(ONE_DAY.multipliedBy(day));
        var _ =
            reports.add(dmarc("example.org", "id-" + day, begin, entry("192.0.2.1", 1)), ARRIVAL);
      }
      Span second =
          new Span(
              Optional.of("example.org"), DAY.plus(ONE_DAY), DAY.plus(ONE_DAY.multipliedBy(2)));
      assertEquals(1, heads(reports, second).size());
      assertEquals("id-1", heads(reports, second).getFirst().metadata().id());
      Span unknown = new Span(Optional.of("unknown.example"), second.from(), second.to());
      assertEquals(List.of(), heads(reports, unknown));
    }
  }

  @Test
  void aReportOnTlsComesBackAndIsFoundByEachOfItsDomains() throws IOException {
    TlsReport report = tls("tls-1", "example.org", "example.net");
    try (SqlReceivedReports reports = reports()) {
      var _ = reports.add(report, ARRIVAL);
      for (String domain : List.of("example.org", "example.net")) {
        var found = new ArrayList<ReceivedTls>();
        reports.tls(new Span(Optional.of(domain), DAY, DAY.plusSeconds(1)), found::add);
        assertEquals(List.of(new ReceivedTls(report, ARRIVAL)), found);
      }
      reports.tls(
          new Span(Optional.of("example.com"), DAY, DAY.plusSeconds(1)),
          found -> assertEquals("nothing", found.toString()));
    }
  }

  @Test
  void reportersAreNamedWithWhatTheyReportedOn() throws IOException {
    try (SqlReceivedReports reports = reports()) {
      var _ = reports.add(dmarc("example.org", "1", DAY, entry("192.0.2.1", 1)), ARRIVAL);
      var _ =
          reports.add(
              dmarc("example.org", "2", DAY.plusSeconds(9), entry("192.0.2.1", 1)), ARRIVAL);
      var _ = reports.add(tls("3", "example.org"), ARRIVAL);
      assertEquals(
          List.of(
              new Reporter(Kind.TLS, "Reporter Inc.", "", 1, DAY, DAY.plus(ONE_DAY)),
              new Reporter(
                  Kind.DMARC,
                  "Reporter Inc.",
                  "example.org",
                  2,
                  DAY,
                  DAY.plusSeconds(9).plus(ONE_DAY))),
          reports.reporters(ALL));
    }
  }

  @Test
  void aSenderAndADayHaveLimits() throws IOException {
    var few = new Limits(ONE_DAY, 100 << 20, 2);
    try (SqlReceivedReports reports = SqlReceivedReports.in(directory, few)) {
      assertEquals(Added.STORED, reports.add(dmarc("example.org", "1", DAY), ARRIVAL));
      assertEquals(Added.STORED, reports.add(tls("2", "example.org"), ARRIVAL));
      assertEquals(Added.TOO_MANY, reports.add(dmarc("example.org", "3", DAY), ARRIVAL));
      assertEquals(Added.TOO_MANY, reports.add(tls("3", "example.org"), ARRIVAL));
      assertEquals(
          Added.STORED,
          reports.add(dmarc("example.org", "3", DAY), new Arrival(ARRIVAL.at(), "other.example")));
      assertEquals(
          Added.STORED,
          reports.add(
              dmarc("example.org", "4", DAY),
              new Arrival(ARRIVAL.at().plus(ONE_DAY), "reporter.example")));
    }
    var small = new Limits(ONE_DAY, 4_000, 100);
    try (SqlReceivedReports reports = SqlReceivedReports.in(directory, small)) {
      assertEquals(Added.TOO_MANY, reports.add(dmarc("example.org", "5", DAY), ARRIVAL));
    }
  }

  @Test
  void whatIsOldOrTooMuchIsForgottenWithItsTexts() throws IOException {
    try (SqlReceivedReports reports = reports()) {
      for (int day = 0; day < 5; day++) {
        Instant begin = DAY.plus(ONE_DAY.multipliedBy(day));
        var _ =
            reports.add(
                dmarc("example" + day + ".org", "id", begin, entry("192.0.2.1", 1)),
                new Arrival(begin, "reporter.example"));
        var _ = reports.add(tls("tls" + day, "example.org"), new Arrival(begin, ""));
      }
      assertEquals(0, reports.forget(DAY));
      assertEquals(10, reports.stock().dmarc() + reports.stock().tls());
    }
    Instant end = DAY.plus(ONE_DAY.multipliedBy(5));
    try (SqlReceivedReports reports =
        SqlReceivedReports.in(directory, new Limits(ONE_DAY.multipliedBy(3), 100 << 20, 9))) {
      assertEquals(4, reports.forget(end));
      assertEquals(3, reports.stock().dmarc());
      assertEquals(Optional.of(DAY.plus(ONE_DAY.multipliedBy(2))), reports.stock().oldest());
    }
    try (SqlReceivedReports reports =
        SqlReceivedReports.in(directory, new Limits(ONE_DAY.multipliedBy(3), 1_000, 9))) {
      assertEquals(4, reports.forget(end));
      assertEquals(
          List.of("example4.org"),
          heads(reports, new Span(Optional.empty(), Instant.EPOCH, end)).stream()
              .map(head -> head.policy().domain())
              .toList());
    }
  }

  @Test
  void aDatabaseThatIsNotThereIsAnExceptionAndTriedAgain() throws IOException {
    Path missing = directory.resolve("later");
    try (SqlReceivedReports reports = SqlReceivedReports.in(missing, LIMITS)) {
      AggregateReport report = dmarc("example.org", "1", DAY, entry("192.0.2.1", 1));
      assertThrows(IOException.class, () -> reports.add(report, ARRIVAL));
      Files.createDirectories(missing);
      assertEquals(Added.STORED, reports.add(report, ARRIVAL));
    }
  }

  @Test
  void theSameHoldsForServersThatShareADatabase() throws Exception {
    PostgresSettings settings = POSTGRES.database(Duration.ofHours(1));
    try (SqlReceivedReports one = SqlReceivedReports.shared(settings, LIMITS);
        SqlReceivedReports other = SqlReceivedReports.shared(settings, LIMITS)) {
      AggregateReport report =
          dmarc("example.org", "1", DAY, entry("192.0.2.1", 1), entry("192.0.2.1", 2));
      assertEquals(Added.STORED, one.add(report, ARRIVAL));
      assertEquals(Added.KNOWN, other.add(report, ARRIVAL));
      assertEquals(Added.STORED, other.add(tls("tls", "example.org"), ARRIVAL));
      assertEquals(3, other.sums(ALL, 10).getFirst().messages());
      assertEquals(2, other.reporters(ALL).size());
      assertEquals(1, heads(other, ALL).size());
      assertEquals(2, one.forget(DAY.plus(ONE_DAY.multipliedBy(500))));
      assertEquals(0, one.stock().dmarc());
    }
  }

  @Test
  @Tag("long")
  void aMillionEntriesTakeLessThanFiftyMegabytes() throws IOException {
    var limits = new Limits(Duration.ofDays(400), 1L << 30, 100_000);
    try (SqlReceivedReports reports = SqlReceivedReports.in(directory, limits)) {
      int ip = 0;
      for (int report = 0; report < 2_000; report++) {
        var entries = new Entry[500];
        for (int i = 0; i < entries.length; i++, ip++) {
          entries[i] =
              entry("10." + (ip >> 16 & 255) + "." + (ip >> 8 & 255) + "." + (ip & 255), ip % 300);
        }
        var _ =
            reports.add(
                dmarc("domain" + report % 300 + ".example", "report-id-" + report, DAY, entries),
                ARRIVAL);
      }
      var counted = new long[1];
      reports.dmarc(ALL, (_, _) -> counted[0]++);
      assertEquals(1_000_000, counted[0]);
      assertEquals(10_000, reports.sums(ALL, 10_000).size());
    }
    long size = Files.size(directory.resolve(CountsDatabase.FILE_NAME));
    assertTrue(size < 50_000_000, "octets: " + size);
  }
}
