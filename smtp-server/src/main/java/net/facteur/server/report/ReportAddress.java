package net.facteur.server.report;

import java.util.Optional;
import net.facteur.auth.dmarc.ReportUri;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;

/// The address that a record wants reports to be sent to.
public final class ReportAddress {
  private ReportAddress() {}

  /// Empty for URIs other than `mailto:`, and for addresses that need SMTPUTF8: the header of
  /// reports is ASCII.
  public static Optional<MailAddress> of(ReportUri uri) {
    return uri.mailbox().flatMap(ReportAddress::address);
  }

  private static Optional<MailAddress> address(String text) {
    int at = text.lastIndexOf('@');
    return at > 0 && text.chars().allMatch(Ascii::isVisible)
        ? Optional.of(new MailAddress(text.substring(0, at), text.substring(at + 1)))
        : Optional.empty();
  }
}
