package net.facteur.server.sources;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
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

/// Reports on `example.org`, whose server is 192.0.2.25 and signs with the selector `s1`.
public final class Weeks {
  public static final LocalDate FIRST = LocalDate.parse("2026-11-01");
  public static final String DOMAIN = "example.org";
  public static final String OWN = "192.0.2.25";

  private Weeks() {}

  /// Mail of the server itself, in order.
  public static Entry own(long count) {
    return entry(
        OWN, count, "pass", "pass", "none", List.of(), our("s1", "pass"), spf(DOMAIN, "pass"));
  }

  /// Mail of the server that a mailbox elsewhere has forwarded.
  public static Entry forwarded(long count) {
    return entry(
        "203.0.113.7",
        count,
        "pass",
        "fail",
        "none",
        List.of(),
        our("s1", "pass"),
        spf("alumni.example.edu", "pass"));
  }

  /// Mail of the server that a list has changed.
  public static Entry listed(long count) {
    return entry(
        "203.0.113.80",
        count,
        "fail",
        "fail",
        "none",
        List.of(new PolicyOverride("mailing_list", "")),
        our("s1", "fail"),
        spf("lists.example.net", "pass"));
  }

  /// Mail of Brevo, which signs with its own domain.
  public static Entry brevo(long count) {
    return entry(
        "185.41.28.9",
        count,
        "fail",
        "fail",
        "none",
        List.of(),
        List.of(new DkimResult("sendinblue.com", "mail", "pass", "")),
        spf("sender-sib.com", "pass"));
  }

  /// Mail of Brevo, which signs with our domain.
  public static Entry brevoSetUp(long count) {
    return entry(
        "185.41.28.9",
        count,
        "pass",
        "fail",
        "none",
        List.of(),
        our("brevo1", "pass"),
        spf("sender-sib.com", "pass"));
  }

  /// Mail of OVH with our reverse-path, which is not in SPF.
  public static Entry ionos(long count) {
    return entry(
        "212.227.126.130",
        count,
        "fail",
        "fail",
        "none",
        List.of(),
        List.of(),
        spf(DOMAIN, "softfail"));
  }

  /// Mail of a web server that SPF lists.
  public static Entry website(long count, boolean passes) {
    String result = passes ? "pass" : "softfail";
    return entry(
        "198.51.100.80",
        count,
        "fail",
        passes ? "pass" : "fail",
        "none",
        List.of(),
        List.of(),
        spf(DOMAIN, result));
  }

  /// Forged mail.
  public static Entry forged(long count, String disposition) {
    return entry(
        "198.51.100.66",
        count,
        "fail",
        "fail",
        disposition,
        List.of(),
        List.of(),
        spf(DOMAIN, "fail"));
  }

  static Entry entry(
      String ip,
      long count,
      String dkim,
      String spf,
      String disposition,
      List<PolicyOverride> reasons,
      List<DkimResult> signatures,
      List<SpfResult> paths) {
    return new Entry(
        ip,
        count,
        new Evaluated(disposition, dkim, spf, reasons),
        new Identifiers(DOMAIN, DOMAIN, ""),
        signatures,
        paths);
  }

  static List<DkimResult> our(String selector, String result) {
    return List.of(new DkimResult(DOMAIN, selector, result, ""));
  }

  static List<SpfResult> spf(String domain, String result) {
    return List.of(new SpfResult(domain, "mfrom", result, ""));
  }

  /// One of a day.
  ///
  /// @param day after the first
  public static AggregateReport report(String organization, String p, int day, Entry... entries) {
    Instant begin = FIRST.plusDays(day).atStartOfDay(ZoneOffset.UTC).toInstant();
    return new AggregateReport(
        new Metadata(
            organization,
            "dmarc@" + organization,
            "",
            organization + day,
            begin,
            begin.plus(Duration.ofDays(1)),
            List.of(),
            ""),
        new PublishedPolicy(DOMAIN, "treewalk", p, "", "", "r", "r", "", "n", OptionalInt.empty()),
        List.of(entries));
  }

  /// The same each day.
  public static List<AggregateReport> daily(int from, int days, String p, Entry... entries) {
    var reports = new ArrayList<AggregateReport>();
    for (int day = from; day < from + days; day++) {
      reports.add(report("receiver.example", p, day, entries));
    }
    return reports;
  }

  /// One about TLS.
  public static TlsReport tls(int day, String mode, long successes, long failures) {
    Instant begin = FIRST.plusDays(day).atStartOfDay(ZoneOffset.UTC).toInstant();
    return new TlsReport(
        "receiver.example",
        begin,
        begin.plus(Duration.ofDays(1)),
        "tls@receiver.example",
        "tls" + day,
        List.of(
            new PolicyResult(
                "sts",
                List.of("version: STSv1", "mode: " + mode, "mx: mail.example.org"),
                DOMAIN,
                List.of("mail.example.org"),
                OptionalLong.of(successes),
                OptionalLong.of(failures),
                failures == 0
                    ? List.of()
                    : List.of(
                        new FailureDetails(
                            "certificate-expired",
                            "203.0.113.1",
                            "mail.example.org",
                            "",
                            OWN,
                            OptionalLong.of(failures),
                            "",
                            "")))));
  }

  static List<AggregateReport> all(List<AggregateReport> some, List<AggregateReport> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }
}
