package net.facteur.auth.spf;

/// Whose domain is checked.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-2.2 RFC 7208, section 2.2: Checking
///   Authorization
public enum SpfIdentity {
  /// The name given with HELO or EHLO.
  HELO("helo"),
  /// The reverse-path, or postmaster at the HELO name where that is null.
  MAIL_FROM("mailfrom");

  private final String word;

  SpfIdentity(String word) {
    this.word = word;
  }

  /// The identity as the Received-SPF field writes it.
  public String word() {
    return word;
  }
}
