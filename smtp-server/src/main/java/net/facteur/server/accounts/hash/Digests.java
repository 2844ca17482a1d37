package net.facteur.server.accounts.hash;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Digests of the JDK.
final class Digests {
  private Digests() {}

  /// @param name one that every JDK has
  static MessageDigest of(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
