package net.facteur.auth.arc;

import net.facteur.auth.dkim.RelatedSignature;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.syntax.Parsed;

/// The three fields that one host added.
///
/// @param instance 1 for the first host, 50 at most
/// @param results ARC-Authentication-Results
/// @param messageSignature ARC-Message-Signature
/// @param seal ARC-Seal
/// @param claimed the status of the chain before this set, as the seal says
/// @spec https://www.rfc-editor.org/rfc/rfc8617#section-4.2 RFC 8617, section 4.2: ARC Set
public record ArcSet(
    int instance,
    HeaderField results,
    RelatedSignature messageSignature,
    RelatedSignature seal,
    ChainStatus claimed) {
  /// The name of the field that tells what the host found.
  public static final String RESULTS = "ARC-Authentication-Results";

  /// The name of the signature over the message.
  public static final String MESSAGE_SIGNATURE = "ARC-Message-Signature";

  /// The name of the seal over all sets so far.
  public static final String SEAL = "ARC-Seal";

  /// Sets of one message.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8617#section-4.2.1 RFC 8617, section 4.2.1: Instance
  ///   Tags
  public static final int MAX_SETS = 50;

  /// Who sealed, if the seal is good.
  public DomainName sealer() {
    return seal.signature().domain();
  }

  /// What the host found, read leniently.
  public Parsed<AuthenticationResults> authenticationResults() {
    String value = results.value();
    return AuthenticationResults.parseLeniently(value.substring(value.indexOf(';') + 1));
  }
}
