package net.facteur.server.report;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.util.Base64;
import net.facteur.queue.MailAddress;
import net.facteur.server.smtp.MailDate;

/// The mail that carries a report as an attachment.
///
/// @param domain whom the report is about
/// @param contact the author; the domain of the address is the submitter
/// @param id of the report
/// @param fields further header fields, each with its line end
/// @param type media type of the message, without the boundary
/// @param words for people, in ASCII
/// @param attachmentType media type of the report
/// @param fileName of the report
/// @param boundary 1 to 60 letters, digits and underscores that no part holds
public record ReportMail(
    String domain,
    MailAddress contact,
    String id,
    String fields,
    String type,
    String words,
    String attachmentType,
    String fileName,
    String boundary) {
  private static final int LINE = 76;

  /// @spec https://www.rfc-editor.org/rfc/rfc8460#section-5.3 RFC 8460, section 5.3: Email
  ///   Transport
  /// @spec https://www.rfc-editor.org/rfc/rfc9990#section-3.5.2 RFC 9990, section 3.5.2: Email
  public byte[] header(MailAddress to, Instant now) {
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
            + id
            + ">\r\nMessage-ID: <"
            + boundary
            + "."
            + (id.contains("@") ? id : id + "@" + contact.domain())
            + ">\r\n"
            + fields
            + "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: "
            + type
            + ";\r\n boundary=\""
            + boundary
            + "\"\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  /// @param report as it is attached
  public byte[] body(byte[] report) {
    return ("--"
            + boundary
            + "\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
            + words
            + "\r\n--"
            + boundary
            + "\r\nContent-Type: "
            + attachmentType
            + "\r\nContent-Transfer-Encoding: base64\r\n"
            + "Content-Disposition: attachment;\r\n filename=\""
            + fileName
            + "\"\r\n\r\n"
            + Base64.getMimeEncoder(LINE, new byte[] {'\r', '\n'}).encodeToString(report)
            + "\r\n--"
            + boundary
            + "--\r\n")
        .getBytes(ISO_8859_1);
  }
}
