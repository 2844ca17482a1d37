package net.facteur.auth.dkim;

import net.facteur.auth.syntax.Ascii;

/// What became of a DKIM signature, in the words of Authentication-Results.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8601#section-2.7.1 RFC 8601, section 2.7.1: DKIM
public enum DkimResult {
  /// The message was not signed. A message has this result, a signature never.
  NONE,
  /// The signature is good.
  PASS,
  /// The signature is acceptable, but header or body are not what was signed.
  FAIL,
  /// The signature may be good, but a rule of this verifier refuses it.
  POLICY,
  /// The signature was not looked at.
  NEUTRAL,
  /// The key could not be read; a later attempt may.
  TEMPERROR,
  /// Signature or key record break the rules; no later attempt will help.
  PERMERROR;

  private final String word = Ascii.lower(name());

  /// The word as it is written in Authentication-Results.
  public String word() {
    return word;
  }

  @Override
  public String toString() {
    return word;
  }
}
