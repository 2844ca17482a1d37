package net.facteur.auth.spf;

import java.net.InetAddress;

/// What is to be checked. All text is as the client sent it and may be anything.
///
/// @param client the address of the SMTP client; an IPv4-mapped one counts as IPv4
/// @param helo the name given with HELO or EHLO
/// @param reversePath the reverse-path without angle brackets; empty for the null reverse-path
/// @param identity which of the two is checked
public record SpfRequest(
    InetAddress client, String helo, String reversePath, SpfIdentity identity) {

  /// A check of the reverse-path.
  public static SpfRequest mailFrom(InetAddress client, String helo, String reversePath) {
    return new SpfRequest(client, helo, reversePath, SpfIdentity.MAIL_FROM);
  }

  /// A check of the HELO name.
  public static SpfRequest helo(InetAddress client, String helo) {
    return new SpfRequest(client, helo, "", SpfIdentity.HELO);
  }

  /// The `<sender>` of check_host(): always with a local-part and the domain to check.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7208#section-2.4 RFC 7208, section 2.4: The "MAIL
  ///   FROM" Identity
  Sender sender() {
    return switch (identity) {
      case HELO -> new Sender("postmaster", helo);
      // 2.4: a null reverse-path is checked as postmaster at the HELO name
      case MAIL_FROM -> reversePath.isEmpty() ? new Sender("postmaster", helo) : split(reversePath);
    };
  }

  private static Sender split(String mailbox) {
    // the last one, since a quoted local-part may hold others
    int at = mailbox.lastIndexOf('@');
    // 4.3: if the sender has no local-part, substitute "postmaster"
    return at <= 0
        ? new Sender("postmaster", mailbox.substring(at + 1))
        : new Sender(mailbox.substring(0, at), mailbox.substring(at + 1));
  }

  /// A mailbox in two parts.
  record Sender(String localPart, String domain) {}
}
