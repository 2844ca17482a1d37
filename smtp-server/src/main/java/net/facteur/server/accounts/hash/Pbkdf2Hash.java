package net.facteur.server.accounts.hash;

import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.util.DigestFactory;

/// A key that PBKDF2 derives, in one of the forms in which Dovecot, OpenLDAP and passlib write it.
///
/// @param text as it is written
/// @param algorithm `SHA-1`, `SHA-256` or `SHA-512`
/// @spec https://www.rfc-editor.org/rfc/rfc8018#section-5.2 RFC 8018, section 5.2: PBKDF2
record Pbkdf2Hash(String text, String algorithm, byte[] salt, int rounds, byte[] key)
    implements ForeignHash {
  @Override
  public String scheme() {
    return "PBKDF2";
  }

  @Override
  public Strength strength() {
    return Strength.SOUND;
  }

  @Override
  public boolean matches(byte[] password) {
    return password.length <= PASSWORD_MAX
        && MessageDigest.isEqual(key, derive(password, algorithm, salt, rounds, key.length));
  }

  static byte[] derive(byte[] password, String algorithm, byte[] salt, int rounds, int octets) {
    var generator =
        new PKCS5S2ParametersGenerator(
            switch (algorithm) {
              case "SHA-512" -> DigestFactory.createSHA512();
              case "SHA-256" -> DigestFactory.createSHA256();
              default -> DigestFactory.createSHA1();
            });
    generator.init(password, salt, rounds);
    return ((KeyParameter) generator.generateDerivedMacParameters(octets * 8)).getKey();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pbkdf2Hash p && text.equals(p.text);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return scheme();
  }
}
