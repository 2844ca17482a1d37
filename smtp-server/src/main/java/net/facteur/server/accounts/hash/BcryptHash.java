package net.facteur.server.accounts.hash;

import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// A hash of bcrypt: `$2a$`, `$2b$` or `$2y$`.
///
/// @param value what `crypt` gives
record BcryptHash(String value) implements ForeignHash {
  @Override
  public String scheme() {
    return "BLF-CRYPT";
  }

  @Override
  public Strength strength() {
    return Strength.SOUND;
  }

  @Override
  public boolean matches(byte[] password) {
    return password.length <= PASSWORD_MAX && OpenBSDBCrypt.checkPassword(value, password.clone());
  }

  @Override
  public String text() {
    return "{BLF-CRYPT}" + value;
  }

  @Override
  public String toString() {
    return scheme();
  }
}
