package net.facteur.server.report;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import net.facteur.auth.dmarc.ReportUri;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.https.HttpsExchange;
import net.facteur.auth.https.HttpsOutcome;
import net.facteur.auth.https.HttpsRequest;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReportFile;
import net.facteur.auth.tlsrpt.TlsRptRecord;
import net.facteur.queue.MailAddress;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Sends the reports on the days that are over.
///
/// A report counts as handed over where one of its destinations has taken it (RFC 8460, section 3):
/// mail when it is in our queue, HTTPS when the host says 2xx. Otherwise it is tried again after an
/// hour, two, four and so on, for a day.
public final class TlsReportSender {
  private static final Logger LOG = LogManager.getLogger(TlsReportSender.class);
  private static final String MEDIA_TYPE = "application/tlsrpt+gzip";

  private final TlsCountStore store;
  private final Resolver resolver;
  private final HttpsExchange https;
  private final Postbox postbox;
  private final Supplier<Optional<ReportSettings>> settings;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final TlsReportFile file = new TlsReportFile();
  private final ReportAttempts<TlsCountStore.Due> attempts;

  /// @param settings what is in force; empty where nothing is to be sent, and all is forgotten
  public TlsReportSender(
      TlsCountStore store,
      Resolver resolver,
      HttpsExchange https,
      Postbox postbox,
      Supplier<Optional<ReportSettings>> settings,
      InstantSource clock,
      RandomGenerator random) {
    this.store = store;
    this.resolver = resolver;
    this.https = https;
    this.postbox = postbox;
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    this.attempts = new ReportAttempts<>(clock, random.nextDouble());
  }

  /// Sends what is due, one report after the other; blocks until all have been tried. Called every
  /// few minutes.
  public synchronized void run() {
    Optional<ReportSettings> now = settings.get();
    try {
      for (TlsCountStore.Due due : store.due(today())) {
        if (now.isEmpty()) {
          store.forget(due);
        } else if (attempts.isTime(due, due.day(), now.get())) {
          send(due, now.get());
        }
      }
    } catch (SQLException e) {
      LOG.error("tls-report the sums cannot be read: {}", e.toString());
    }
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private void send(TlsCountStore.Due due, ReportSettings now) throws SQLException {
    if (attempt(due, now)) {
      attempts.done(due);
      store.forget(due);
    } else if (!attempts.again(due)) {
      LOG.warn("tls-report domain={} day={} result=given-up", due.domain(), due.day());
      store.forget(due);
    }
  }

  /// @return true where nothing is left to do
  private boolean attempt(TlsCountStore.Due due, ReportSettings now) throws SQLException {
    var domain = DomainName.parse(due.domain());
    Optional<DomainName> name = domain.toOptional().flatMap(TlsRptRecord::nameFor);
    if (name.isEmpty()) {
      return true;
    }
    Answer<TxtRecord> answer = resolver.lookup(name.get(), RecordType.TXT);
    if (answer.temporaryFailure()) {
      return false;
    }
    // RFC 8460, 3: not exactly one record means that the domain does not implement TLSRPT
    if (!(TlsRptRecord.select(answer.orEmpty()) instanceof Parsed.Ok<TlsRptRecord>(var record))) {
      return true;
    }
    TlsReport report = report(due, now);
    byte[] gzip = file.compress(report);
    boolean taken = false;
    for (String uri : record.rua()) {
      boolean good = handOver(uri, due, report, gzip, now);
      LOG.info(
          "tls-report domain={} day={} to={} sessions={} failures={} octets={} result={}",
          due.domain(),
          due.day(),
          uri,
          report.successes() + report.failures(),
          report.failures(),
          gzip.length,
          good ? "sent" : "failed");
      taken |= good;
    }
    return taken;
  }

  private TlsReport report(TlsCountStore.Due due, ReportSettings now) throws SQLException {
    Instant start = due.day().atStartOfDay(ZoneOffset.UTC).toInstant();
    return new TlsReport(
        now.organization(),
        start,
        start.plus(Duration.ofDays(1)).minusSeconds(1),
        now.contact().text(),
        // the same each time it is tried, so that a receiver can tell that it is one report
        due.day() + "." + due.domain() + "@" + now.contact().domain(),
        store.results(due));
  }

  private boolean handOver(
      String uri, TlsCountStore.Due due, TlsReport report, byte[] gzip, ReportSettings now) {
    if (Ascii.startsWithIgnoreCase(uri, "https:")) {
      return switch (HttpsRequest.post(uri, MEDIA_TYPE, gzip)) {
        case Parsed.Ok<HttpsRequest>(HttpsRequest request) ->
            https.send(request) instanceof HttpsOutcome.Answered answer
                && answer.status() >= 200
                && answer.status() < 300;
        case Parsed.Malformed<HttpsRequest> _ -> false;
      };
    }
    Optional<MailAddress> to = ReportAddress.of(new ReportUri(uri));
    if (to.isEmpty()) {
      return false;
    }
    var octets = new byte[15];
    random.nextBytes(octets);
    var mail =
        new TlsReportMail(
            report, due.domain(), now.contact(), "report_" + HexFormat.of().formatHex(octets));
    return postbox.post(
        now.contact(), to.get(), mail.header(to.get(), clock.instant()), mail.body(gzip));
  }
}
