package net.facteur.auth.dkim;

import java.util.Optional;

/// The signing algorithms, as `a=` names them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.3 RFC 6376, section 3.3: Signing and
///   Verification Algorithms
/// @spec https://www.rfc-editor.org/rfc/rfc8463#section-3 RFC 8463, section 3: Ed25519-SHA256
///   Signing Algorithm
public enum SigningAlgorithm {
  RSA_SHA256("rsa-sha256", KeyType.RSA, HashAlgorithm.SHA256),
  ED25519_SHA256("ed25519-sha256", KeyType.ED25519, HashAlgorithm.SHA256),
  /// Must not be used to sign or verify (RFC 8301, section 3.1); known so that it can be named, and
  /// verified where old mail is examined with [DkimVerifier.Policy#legacySha1()].
  RSA_SHA1("rsa-sha1", KeyType.RSA, HashAlgorithm.SHA1);

  private final String word;
  private final KeyType keyType;
  private final HashAlgorithm hash;

  SigningAlgorithm(String word, KeyType keyType, HashAlgorithm hash) {
    this.word = word;
    this.keyType = keyType;
    this.hash = hash;
  }

  /// The word as it stands in `a=`.
  public String word() {
    return word;
  }

  public KeyType keyType() {
    return keyType;
  }

  public HashAlgorithm hash() {
    return hash;
  }

  /// The algorithm a new signature with such a key uses.
  public static SigningAlgorithm modern(KeyType type) {
    return switch (type) {
      case RSA -> RSA_SHA256;
      case ED25519 -> ED25519_SHA256;
    };
  }

  /// The algorithm of this word, in any ASCII case.
  public static Optional<SigningAlgorithm> of(String word) {
    return Words.find(values(), SigningAlgorithm::word, word);
  }
}
