package net.facteur.server.accounts.hash;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.util.DigestFactory;

/// The keys that SCRAM leaves with a server, against which a password can be checked, too.
///
/// @param text as it is written
/// @param algorithm `SHA-1` or `SHA-256`
/// @spec https://www.rfc-editor.org/rfc/rfc5802#section-3 RFC 5802, section 3: SCRAM Algorithm
///   Overview
record ScramHash(
    String scheme, String text, String algorithm, int iterations, byte[] salt, byte[] storedKey)
    implements ForeignHash {
  @Override
  public Strength strength() {
    return Strength.SOUND;
  }

  @Override
  public boolean matches(byte[] password) {
    if (password.length > PASSWORD_MAX) {
      return false;
    }
    byte[] salted = Pbkdf2Hash.derive(password, algorithm, salt, iterations, storedKey.length);
    Digest digest =
        algorithm.equals("SHA-1") ? DigestFactory.createSHA1() : DigestFactory.createSHA256();
    var mac = new HMac(digest);
    mac.init(new KeyParameter(salted));
    byte[] label = "Client Key".getBytes(StandardCharsets.US_ASCII);
    mac.update(label, 0, label.length);
    byte[] clientKey = new byte[mac.getMacSize()];
    mac.doFinal(clientKey, 0);
    return MessageDigest.isEqual(storedKey, Digests.of(algorithm).digest(clientKey));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScramHash s && text.equals(s.text);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(storedKey);
  }

  @Override
  public String toString() {
    return scheme;
  }
}
