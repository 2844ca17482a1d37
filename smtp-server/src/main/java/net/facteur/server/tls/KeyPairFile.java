package net.facteur.server.tls;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Optional;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// A key that has no certificate yet, in a file of its own, mode 0600: private and public half.
public final class KeyPairFile {
  private static final Logger LOG = LogManager.getLogger(KeyPairFile.class);
  private static final int MAX_OCTETS = 64 * 1024;

  private KeyPairFile() {}

  /// The key in a file, which is made where it is missing: ECDSA P-256. A file that holds none,
  /// such as one that a full disk left empty, is put aside as `.damaged`, and another key is made.
  ///
  /// @throws IOException where it can be neither read nor made
  public static KeyPair open(Path file, SecureRandom random) throws IOException {
    if (Files.exists(file)) {
      Optional<KeyPair> there = read(file);
      if (there.isPresent()) {
        return there.get();
      }
      Path aside = file.resolveSibling(file.getFileName() + ".damaged");
      LOG.warn("{} holds no private key and its public half; it is put aside as {}", file, aside);
      DurableFile.secret(file).rename(aside);
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      DurableDirectory.secret(parent).make();
    }
    KeyPair key = CertificateRequest.generateKeys(random);
    CertificateAuthority.write(key, file);
    return key;
  }

  private static Optional<KeyPair> read(Path file) throws IOException {
    if (Files.size(file) > MAX_OCTETS) {
      return Optional.empty();
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    try (var pem = new PEMParser(new StringReader(text))) {
      var converter = new JcaPEMKeyConverter();
      return pem.readObject() instanceof PrivateKeyInfo secret
              && pem.readObject() instanceof SubjectPublicKeyInfo open
          ? Optional.of(new KeyPair(converter.getPublicKey(open), converter.getPrivateKey(secret)))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("{} is no PEM", file, e);
      return Optional.empty();
    }
  }
}
