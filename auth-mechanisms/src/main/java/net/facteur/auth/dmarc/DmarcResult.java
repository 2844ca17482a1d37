package net.facteur.auth.dmarc;

import net.facteur.auth.syntax.Ascii;

/// The result words, worst last.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-9.2 RFC 9989, section 9.2: Email
///   Authentication Result Names Registry Update
public enum DmarcResult {
  /// An aligned domain is authenticated.
  PASS,
  /// There is no policy record for the author domain.
  NONE,
  /// The author cannot be told for sure, and no domain that might be his fails.
  PERMERROR,
  /// A look-up failed in a way that may pass.
  TEMPERROR,
  /// There is a record, and no aligned domain is authenticated.
  FAIL;

  /// The word in Authentication-Results.
  public String word() {
    return Ascii.lower(name());
  }
}
