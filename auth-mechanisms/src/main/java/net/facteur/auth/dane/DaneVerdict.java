package net.facteur.auth.dane;

import net.facteur.auth.dns.TlsaRecord;

/// What came of comparing a certificate chain with TLSA records.
public sealed interface DaneVerdict {
  /// The peer is who it should be.
  ///
  /// @param record the record that fits
  /// @param depth where in the chain it fits, the host's own certificate being 0; for a bare key
  ///   the certificate it has signed
  record Matched(TlsaRecord record, int depth) implements DaneVerdict {}

  /// The peer must not get the mail.
  ///
  /// @param reason for the log and the sender
  record Mismatch(Cause cause, String reason) implements DaneVerdict {}

  /// The kinds of mismatch, in the terms that TLS reports use.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8460#section-4.3 RFC 8460, section 4.3: Result Types
  enum Cause {
    /// No record fits any certificate.
    VALIDATION_FAILURE,
    /// A trust anchor fits, and the host's certificate bears none of the names.
    CERTIFICATE_HOST_MISMATCH,
    /// A trust anchor fits, and a certificate is out of date.
    CERTIFICATE_EXPIRED,
    /// A trust anchor fits, and no valid path leads from it to the host's certificate.
    CERTIFICATE_NOT_TRUSTED
  }
}
