package net.facteur.it;

import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/// A host's certificate, the authority between, and the host's key.
///
/// @param certificates the host's own first; the root is not among them
record TlsChain(List<X509Certificate> certificates, KeyPair key) {
  /// The Java platform's own writes EC keys without the public half, which GnuTLS cannot read.
  private static final Provider KEYS = new BouncyCastleProvider();

  /// What all keys of a chain are.
  enum Algorithm {
    RSA("RSA", 2048, "SHA256withRSA"),
    ECDSA("EC", 256, "SHA256withECDSA");

    private final String key;
    private final int bits;
    private final String signature;

    Algorithm(String key, int bits, String signature) {
      this.key = key;
      this.bits = bits;
      this.signature = signature;
    }
  }

  static TlsChain of(Algorithm algorithm, String host)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    var generator = KeyPairGenerator.getInstance(algorithm.key, KEYS);
    generator.initialize(algorithm.bits);
    KeyPair root = generator.generateKeyPair();
    KeyPair between = generator.generateKeyPair();
    KeyPair own = generator.generateKeyPair();
    return new TlsChain(
        List.of(
            issued(host, own, "Between", between, algorithm),
            issued("Between", between, "Root", root, algorithm)),
        own);
  }

  private static X509Certificate issued(
      String subject, KeyPair key, String issuer, KeyPair signer, Algorithm algorithm)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=" + issuer),
            BigInteger.valueOf(subject.hashCode() & 0xffff),
            Date.from(Instant.parse("2020-01-01T00:00:00Z")),
            Date.from(Instant.parse("2090-01-01T00:00:00Z")),
            new X500Name("CN=" + subject),
            key.getPublic());
    boolean authority = !subject.contains(".");
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (!authority) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, subject)));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder(algorithm.signature).build(signer.getPrivate())));
  }

  X509Certificate leaf() {
    return certificates.getFirst();
  }

  Path certificateFile(Path directory) throws IOException {
    return pem(directory.resolve("chain.pem"), certificates);
  }

  /// The authority between alone.
  Path issuerFile(Path directory) throws IOException {
    return pem(directory.resolve("issuer.pem"), certificates.subList(1, certificates.size()));
  }

  Path keyFile(Path directory) throws IOException {
    return pem(
        directory.resolve("key.pem"),
        List.of(new PemObject("PRIVATE KEY", key.getPrivate().getEncoded())));
  }

  private static Path pem(Path file, List<?> objects) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file);
        var pem = new JcaPEMWriter(writer)) {
      for (Object object : objects) {
        pem.writeObject(object);
      }
    }
    return file;
  }

  KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "host", key.getPrivate(), new char[0], certificates.toArray(X509Certificate[]::new));
    var factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }
}
