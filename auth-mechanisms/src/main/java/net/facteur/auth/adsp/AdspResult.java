package net.facteur.auth.adsp;

import net.facteur.auth.syntax.Ascii;

/// The result words, worst last.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5617#section-5.4 RFC 5617, section 5.4: Authentication
///   Results Result Registry
public enum AdspResult {
  /// There is a valid signature of the author domain.
  PASS,
  /// No record was published.
  NONE,
  /// No valid signature of the author domain, and the practice is `unknown`.
  UNKNOWN,
  /// The record cannot be understood, or From names no domain.
  PERMERROR,
  /// A look-up failed in a way that may pass.
  TEMPERROR,
  /// The author domain does not exist.
  NXDOMAIN,
  /// No valid signature of the author domain, and the practice is `all`.
  FAIL,
  /// No valid signature of the author domain, and the practice is `discardable`.
  DISCARD;

  /// The word after `dkim-adsp=`.
  public String word() {
    return Ascii.lower(name());
  }
}
