package net.facteur.auth.srs;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.facteur.auth.syntax.Ascii;

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

  /// The secret of one domain, made of this one: an address that it signs is worth nothing in
  /// another domain.
  public SrsSecret forDomain(String domain) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return new SrsSecret(mac.doFinal(Ascii.lower(domain).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
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
