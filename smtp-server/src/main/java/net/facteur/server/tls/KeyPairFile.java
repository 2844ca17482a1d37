package net.facteur.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import net.facteur.server.files.DurableDirectory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// A key that has no certificate yet, in a file of its own, mode 0600: private and public half.
public final class KeyPairFile {
  private KeyPairFile() {}

  /// The key in a file, which is made where it is missing: ECDSA P-256.
  ///
  /// @throws IOException where it can be neither read nor made
  public static KeyPair open(Path file, SecureRandom random) throws IOException {
    if (Files.exists(file)) {
      return read(file);
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      DurableDirectory.secret(parent).make();
    }
    KeyPair key = CertificateRequest.generateKeys(random);
    CertificateAuthority.write(key, file);
    return key;
  }

  private static KeyPair read(Path file) throws IOException {
    try (var in = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
        var pem = new PEMParser(in)) {
      var converter = new JcaPEMKeyConverter();
      if (pem.readObject() instanceof PrivateKeyInfo secret
          && pem.readObject() instanceof SubjectPublicKeyInfo open) {
        return new KeyPair(converter.getPublicKey(open), converter.getPrivateKey(secret));
      }
      throw new IOException(file + " does not hold a private key and then its public half");
    }
  }
}
