package net.facteur.auth.tlsrpt;

import java.util.Optional;

/// What went wrong with TLS.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-4.3 RFC 8460, section 4.3: Result Types
public enum ResultType {
  STARTTLS_NOT_SUPPORTED("starttls-not-supported"),
  CERTIFICATE_HOST_MISMATCH("certificate-host-mismatch"),
  CERTIFICATE_EXPIRED("certificate-expired"),
  CERTIFICATE_NOT_TRUSTED("certificate-not-trusted"),
  VALIDATION_FAILURE("validation-failure"),
  TLSA_INVALID("tlsa-invalid"),
  DNSSEC_INVALID("dnssec-invalid"),
  DANE_REQUIRED("dane-required"),
  STS_POLICY_FETCH_ERROR("sts-policy-fetch-error"),
  STS_POLICY_INVALID("sts-policy-invalid"),
  STS_WEBPKI_INVALID("sts-webpki-invalid");

  private final String word;

  ResultType(String word) {
    this.word = word;
  }

  /// As it stands in a report.
  public String word() {
    return word;
  }

  /// The type with this word; empty for those that came later.
  public static Optional<ResultType> of(String word) {
    for (ResultType type : values()) {
      if (type.word.equals(word)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
