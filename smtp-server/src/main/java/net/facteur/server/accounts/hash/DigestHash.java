package net.facteur.server.accounts.hash;

import java.security.MessageDigest;
import java.util.Base64;

/// One digest over password and salt, as LDAP servers keep it.
///
/// @param algorithm of the JDK: `MD5`, `SHA-1`, `SHA-256`, `SHA-512`
/// @param digest as many octets as the algorithm has
/// @param salt may be empty
/// @spec https://www.rfc-editor.org/rfc/rfc2307#section-5.3 RFC 2307, section 5.3: Interpreting
///   User Passwords
record DigestHash(String scheme, String algorithm, byte[] digest, byte[] salt)
    implements ForeignHash {
  @Override
  public Strength strength() {
    return Strength.WEAK;
  }

  @Override
  public boolean matches(byte[] password) {
    MessageDigest of = Digests.of(algorithm);
    of.update(password);
    return MessageDigest.isEqual(digest, of.digest(salt));
  }

  @Override
  public String text() {
    byte[] all = new byte[digest.length + salt.length];
    System.arraycopy(digest, 0, all, 0, digest.length);
    System.arraycopy(salt, 0, all, digest.length, salt.length);
    return "{" + scheme + ".b64}" + Base64.getEncoder().encodeToString(all);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DigestHash d && text().equals(d.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return scheme;
  }
}
