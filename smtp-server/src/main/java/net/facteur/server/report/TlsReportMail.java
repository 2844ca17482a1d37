package net.facteur.server.report;

import java.time.Instant;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.queue.MailAddress;

/// The mail that carries a report.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-5.3 RFC 8460, section 5.3: Email Transport
final class TlsReportMail {
  private final TlsReport report;
  private final String domain;
  private final MailAddress contact;
  private final String boundary;

  /// @param domain whom it is about
  /// @param boundary 1 to 60 letters, digits and underscores that no part holds
  TlsReportMail(TlsReport report, String domain, MailAddress contact, String boundary) {
    this.report = report;
    this.domain = domain;
    this.contact = contact;
    this.boundary = boundary;
  }

  /// Such as `example.org!example.net!1470013207!1470186007.json.gz`.
  static String fileName(TlsReport report, String submitter, String domain) {
    return submitter
        + "!"
        + domain
        + "!"
        + report.start().getEpochSecond()
        + "!"
        + report.end().getEpochSecond()
        + ".json.gz";
  }

  byte[] header(MailAddress to, Instant now) {
    return mail().header(to, now);
  }

  byte[] body(byte[] gzip) {
    return mail().body(gzip);
  }

  private ReportMail mail() {
    return new ReportMail(
        domain,
        contact,
        report.id(),
        "TLS-Report-Domain: "
            + domain
            + "\r\nTLS-Report-Submitter: "
            + contact.domain()
            // RFC 8460, 3: MUST deliver reports despite any TLS-related failures
            + "\r\nTLS-Required: no\r\n",
        "multipart/report; report-type=\"tlsrpt\"",
        words(),
        "application/tlsrpt+gzip",
        fileName(report, contact.domain(), domain),
        boundary);
  }

  private String words() {
    return "This is a report on TLS (RFC 8460) from "
        + contact.domain()
        + " about mail to "
        + domain
        + ".\r\n\r\nFrom "
        + report.start()
        + " to "
        + report.end()
        + " there were "
        + report.successes()
        + " sessions that went well\r\nand "
        + report.failures()
        + " that failed. The attached file tells more.\r\n";
  }
}
