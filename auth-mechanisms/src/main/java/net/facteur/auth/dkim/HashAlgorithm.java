package net.facteur.auth.dkim;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/// A hash that DKIM signatures have used.
public enum HashAlgorithm {
  SHA256("sha256", "SHA-256", 32),
  /// Historic since RFC 8301; here for the eyes of a verifier that is told to look back.
  SHA1("sha1", "SHA-1", 20);

  private final String word;
  private final String javaName;
  private final int octets;

  /// Never used but to be cloned, which is quicker than a search through the providers.
  @SuppressWarnings("ImmutableEnumChecker")
  private final MessageDigest fresh;

  HashAlgorithm(String word, String javaName, int octets) {
    this.word = word;
    this.javaName = javaName;
    this.octets = octets;
    try {
      this.fresh = MessageDigest.getInstance(javaName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + javaName, e);
    }
  }

  /// The word used in `a=` and in the `h=` of key records.
  public String word() {
    return word;
  }

  /// The name for [java.security.MessageDigest].
  public String javaName() {
    return javaName;
  }

  /// Length of a hash value.
  public int octets() {
    return octets;
  }

  /// A fresh hash, always the JDK's: it uses the processor's SHA instructions as others do.
  MessageDigest digest() {
    try {
      return (MessageDigest) fresh.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every " + javaName + " of the JDK can be cloned", e);
    }
  }

  /// The hash of this word, in any ASCII case.
  public static Optional<HashAlgorithm> of(String word) {
    return Words.find(values(), HashAlgorithm::word, word);
  }
}
