package net.facteur.auth.dkim;

import net.facteur.auth.dns.DomainName;

/// A key in the hands of a signer: where its record stands, and somebody who can use it.
///
/// @param domain the signing domain, `d=`
/// @param selector the selector, `s=`
/// @param algorithm never [SigningAlgorithm#RSA_SHA1]
/// @param crypto the private-key operation
public record SigningKey(
    DomainName domain, DomainName selector, SigningAlgorithm algorithm, DkimSigner.Crypto crypto) {
  public SigningKey {
    // RFC 8301, 3.1: rsa-sha1 MUST NOT be used for signing or verifying
    if (algorithm == SigningAlgorithm.RSA_SHA1) {
      throw new IllegalArgumentException("rsa-sha1 must not be used for signing");
    }
    if (selector.isRoot() || DkimNames.keyName(selector.text(), domain).isEmpty()) {
      throw new IllegalArgumentException(
          "no key can stand at " + selector + "._domainkey." + domain);
    }
  }

  /// The name of the key record.
  public DomainName name() {
    return DkimNames.keyName(selector.text(), domain).orElseThrow();
  }
}
