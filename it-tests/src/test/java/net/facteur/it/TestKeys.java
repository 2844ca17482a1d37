package net.facteur.it;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.signing.CryptoProviders;

/// Fresh DKIM keys, made by the fastest library at hand: the JDK takes seconds for RSA on a busy
/// machine.
final class TestKeys {
  private static final int RSA_BITS = 2048;

  private TestKeys() {}

  static DkimPrivateKey rsa() {
    Optional<Provider> fast =
        CryptoProviders.detect().providers().stream()
            .filter(p -> p.getService("KeyPairGenerator", "RSA") != null)
            .findFirst();
    if (fast.isEmpty()) {
      return DkimPrivateKey.generate(KeyType.RSA, RSA_BITS, new SecureRandom());
    }
    try {
      var generator = KeyPairGenerator.getInstance("RSA", fast.get());
      generator.initialize(RSA_BITS);
      byte[] pkcs8 = generator.generateKeyPair().getPrivate().getEncoded();
      String pem =
          "-----BEGIN PRIVATE KEY-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8)
              + "\n-----END PRIVATE KEY-----\n";
      return switch (DkimPrivateKey.parse(pem)) {
        case Parsed.Ok<DkimPrivateKey>(DkimPrivateKey key) -> key;
        case Parsed.Malformed<DkimPrivateKey> malformed ->
            throw new IllegalStateException(malformed.toString());
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the library has RSA", e);
    }
  }

  static DkimPrivateKey ed25519() {
    return DkimPrivateKey.generate(KeyType.ED25519, 0, new SecureRandom());
  }
}
