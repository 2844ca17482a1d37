package net.facteur.auth.spf;

/// What a check found, in the RFC's words.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-2.6 RFC 7208, section 2.6: Results of
///   Evaluation
public enum SpfResult {
  /// No domain to check, or it publishes no record.
  NONE("none"),
  /// The domain says nothing about this client.
  NEUTRAL("neutral"),
  /// The client may send mail for the domain.
  PASS("pass"),
  /// The client may not.
  FAIL("fail"),
  /// The client probably may not.
  SOFTFAIL("softfail"),
  /// An error that may pass, mostly of the DNS.
  TEMPERROR("temperror"),
  /// The record cannot be interpreted; somebody has to correct it.
  PERMERROR("permerror");

  private final String word;

  SpfResult(String word) {
    this.word = word;
  }

  /// The result as Received-SPF and Authentication-Results write it.
  public String word() {
    return word;
  }
}
