package net.facteur.server.report;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.util.Base64;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.queue.MailAddress;
import net.facteur.server.smtp.MailDate;

/// The mail that carries a report.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-5.3 RFC 8460, section 5.3: Email Transport
final class TlsReportMail {
  private static final int LINE = 76;

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
    return ("Date: "
            + MailDate.of(now)
            + "\r\nFrom: <"
            + contact.text()
            + ">\r\nTo: <"
            + to.text()
            + ">\r\nSubject: Report Domain: "
            + domain
            + "\r\n Submitter: "
            + contact.domain()
            + "\r\n Report-ID: <"
            + report.id()
            + ">\r\nMessage-ID: <"
            + boundary
            + "."
            + report.id()
            + ">\r\nTLS-Report-Domain: "
            + domain
            + "\r\nTLS-Report-Submitter: "
            + contact.domain()
            // RFC 8460, 3: MUST deliver reports despite any TLS-related failures
            + "\r\nTLS-Required: no\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: multipart/report; report-type=\"tlsrpt\";\r\n boundary=\""
            + boundary
            + "\"\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  byte[] body(byte[] gzip) {
    var name = fileName(report, contact.domain(), domain);
    return ("--"
            + boundary
            + "\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
            + words()
            + "\r\n--"
            + boundary
            + "\r\nContent-Type: application/tlsrpt+gzip\r\n"
            + "Content-Transfer-Encoding: base64\r\n"
            + "Content-Disposition: attachment;\r\n filename=\""
            + name
            + "\"\r\n\r\n"
            + Base64.getMimeEncoder(LINE, new byte[] {'\r', '\n'}).encodeToString(gzip)
            + "\r\n--"
            + boundary
            + "--\r\n")
        .getBytes(ISO_8859_1);
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
