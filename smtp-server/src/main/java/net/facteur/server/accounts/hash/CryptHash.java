package net.facteur.server.accounts.hash;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.commons.codec.digest.Crypt;
import org.apache.commons.codec.digest.Md5Crypt;

/// A hash of `crypt`: SHA-512 (`$6$`), SHA-256 (`$5$`), MD5 (`$1$` and Apache's `$apr1$`), and the
/// DES of Unix.
///
/// @param value what `crypt` gives
record CryptHash(String scheme, String value) implements ForeignHash {
  @Override
  public Strength strength() {
    return scheme.startsWith("SHA") ? Strength.SOUND : Strength.WEAK;
  }

  @Override
  public boolean matches(byte[] password) {
    if (password.length > PASSWORD_MAX) {
      return false;
    }
    // The library fills what it gets with zeros.
    byte[] copy = password.clone();
    String computed =
        value.startsWith("$apr1$") ? Md5Crypt.apr1Crypt(copy, value) : Crypt.crypt(copy, value);
    return MessageDigest.isEqual(
        computed.getBytes(StandardCharsets.US_ASCII), value.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String text() {
    return "{" + scheme + "}" + value;
  }

  /// Never the hash itself, since this may end in a log.
  @Override
  public String toString() {
    return scheme;
  }
}
