package net.facteur.auth.srs;

import java.util.Arrays;

/// A key for the hashes of SRS addresses. It never shows itself in a text.
public final class SrsSecret {
  private final byte[] key;

  /// @param key at least one octet; 16 random ones are good
  public SrsSecret(byte[] key) {
    if (key.length == 0) {
      throw new IllegalArgumentException("an SRS secret of at least one octet");
    }
    this.key = key.clone();
  }

  /// The key, for other hashes that are to change with it.
  public byte[] key() {
    return key.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SrsSecret secret && Arrays.equals(key, secret.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return "SrsSecret[" + key.length + " octets]";
  }
}
