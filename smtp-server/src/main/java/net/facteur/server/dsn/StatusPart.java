package net.facteur.server.dsn;

import java.util.Locale;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.OriginalRecipient;
import net.facteur.queue.ReportWriter.Entry;
import net.facteur.queue.ReportWriter.Event;
import net.facteur.queue.ReportWriter.Report;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.smtp.MailDate;
import net.facteur.server.text.StrangerText;

/// The part for programs: a group of fields about the message, then one for each recipient.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3464#section-2 RFC 3464, section 2: Format of a DSN
/// @spec https://www.rfc-editor.org/rfc/rfc6533#section-4 RFC 6533, section 4: global form
final class StatusPart {
  private final String hostName;
  private final boolean utf8;
  private final StringBuilder out = new StringBuilder();

  StatusPart(String hostName, boolean utf8) {
    this.hostName = hostName;
    this.utf8 = utf8;
  }

  String text(Report report) {
    report
        .traits()
        .envelopeId()
        .ifPresent(id -> field("Original-Envelope-Id", OriginalRecipient.decodeXtext(id)));
    field("Reporting-MTA", "dns; " + hostName);
    field("Arrival-Date", MailDate.of(report.received()));
    for (Entry entry : report.entries()) {
      out.append("\r\n");
      recipient(entry);
    }
    return out.toString();
  }

  private void recipient(Entry entry) {
    DeliveryOutcome outcome = entry.outcome();
    // RFC 3464, section 2.3.1: the original recipient as the sender gave it.
    entry.recipient().originalRecipient().ifPresent(o -> field("Original-Recipient", original(o)));
    field("Final-Recipient", typed(entry.recipient().address()));
    field("Action", entry.event().name().toLowerCase(Locale.ROOT));
    field("Status", status(entry).toString());
    outcome
        .remote()
        .filter(r -> !r.address().isEmpty())
        .ifPresent(r -> field("Remote-MTA", "dns; " + r.name()));
    if (entry.event() != Event.EXPANDED) {
      field(
          "Diagnostic-Code",
          (Explanations.isSaidBy(outcome) ? "smtp; " : "x-facteur; ") + outcome.reply());
    }
    field("Last-Attempt-Date", MailDate.of(entry.lastAttempt()));
    if (entry.event() == Event.DELAYED) {
      entry.giveUpAt().ifPresent(at -> field("Will-Retry-Until", MailDate.of(at)));
    }
  }

  /// RFC 3464, section 2.3.4: the class of the status fits the action. What is given up after its
  /// time has a temporary status as its cause, and keeps it.
  private static EnhancedStatusCode status(Entry entry) {
    var status = entry.outcome().status();
    return switch (entry.event()) {
      case FAILED -> status.category() == 2 ? EnhancedStatusCode.of(5, 0, 0) : status;
      case DELAYED -> EnhancedStatusCode.of(4, status.subject(), status.detail());
      case DELIVERED, RELAYED, EXPANDED ->
          EnhancedStatusCode.of(2, status.subject(), status.detail());
    };
  }

  private String typed(MailAddress address) {
    if (address.needsSmtpUtf8()) {
      return utf8 ? "utf-8; " + address.text() : "utf-8; " + escaped(address.text());
    }
    return "rfc822; " + address.text();
  }

  private String original(String orcpt) {
    int semicolon = orcpt.indexOf(';');
    if (semicolon < 0) {
      return "rfc822; " + OriginalRecipient.decodeXtext(orcpt);
    }
    String type = orcpt.substring(0, semicolon);
    String value = orcpt.substring(semicolon + 1);
    if (type.equalsIgnoreCase("utf-8")) {
      String decoded = OriginalRecipient.decodeUtf8(OriginalRecipient.decodeXtext(value));
      return "utf-8; " + (utf8 ? decoded : escaped(decoded));
    }
    return StrangerText.of(type).inField(false) + "; " + OriginalRecipient.decodeXtext(value);
  }

  /// RFC 6533, section 3: utf-8-addr-unitext where the report itself must be ASCII.
  private static String escaped(String text) {
    var ascii = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c >= 0x80) {
                ascii.append("\\x{").append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
                ascii.append('}');
              } else {
                ascii.appendCodePoint(c);
              }
            });
    return ascii.toString();
  }

  private void field(String name, String value) {
    out.append(name).append(": ").append(StrangerText.of(value).inField(utf8)).append("\r\n");
  }
}
