package net.facteur.auth.dmarc;

import net.facteur.auth.dns.DomainName;

/// A domain that SPF or DKIM looked at.
///
/// For SPF that is the domain of the MAIL FROM identity and never that of HELO (RFC 9989, section
/// 4.4.2); for DKIM the `d=` of a signature.
///
/// @param mechanism who looked
/// @param domain at which domain
/// @param selector `s=` of a signature, empty for SPF
/// @param standing what was found
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.3 RFC 9989, section 4.3: Authentication
///   Mechanisms
public record AuthenticatedIdentifier(
    Mechanism mechanism, DomainName domain, String selector, Standing standing) {

  /// The mechanisms below DMARC.
  public enum Mechanism {
    SPF,
    DKIM
  }

  /// What a mechanism found.
  public enum Standing {
    /// The domain is authenticated.
    PASSED,
    /// It is not.
    FAILED,
    /// An error that may pass kept the mechanism from an answer.
    UNDETERMINED
  }

  /// The domain of the reverse-path.
  public static AuthenticatedIdentifier spf(DomainName domain, Standing standing) {
    return new AuthenticatedIdentifier(Mechanism.SPF, domain, "", standing);
  }

  /// The domain of a signature.
  public static AuthenticatedIdentifier dkim(
      DomainName domain, String selector, Standing standing) {
    return new AuthenticatedIdentifier(Mechanism.DKIM, domain, selector, standing);
  }

  @Override
  public String toString() {
    return mechanism + " " + domain + (selector.isEmpty() ? "" : " (selector " + selector + ")");
  }
}
