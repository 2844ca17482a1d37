package net.facteur.server.accounts.hash;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// A hash that only the `crypt` of this machine checks: yescrypt, which Debian has had for its own
/// users since 2021, and scrypt.
///
/// @param value what `crypt` gives
record SystemHash(String scheme, String value) implements ForeignHash {
  @Override
  public Strength strength() {
    return Strength.SOUND;
  }

  @Override
  public boolean matches(byte[] password) {
    return password.length <= PASSWORD_MAX
        && SystemCrypt.crypt(password, value)
            .filter(
                computed ->
                    MessageDigest.isEqual(
                        computed.getBytes(StandardCharsets.US_ASCII),
                        value.getBytes(StandardCharsets.US_ASCII)))
            .isPresent();
  }

  @Override
  public boolean usable() {
    return SystemCrypt.isThere();
  }

  @Override
  public String text() {
    return "{CRYPT}" + value;
  }

  @Override
  public String toString() {
    return scheme;
  }
}
