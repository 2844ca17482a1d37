package net.facteur.server.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

class ChannelBindingTest {
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

  private static KeyPair keys(String algorithm, int size) throws Exception {
    var generator = KeyPairGenerator.getInstance(algorithm, BOUNCY_CASTLE);
    if (size > 0) {
      generator.initialize(size);
    }
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(KeyPair keys, String signature) throws Exception {
    var name = new X500Name("CN=mail.example.org");
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.ONE,
            Date.from(Instant.EPOCH),
            Date.from(Instant.parse("2090-01-01T00:00:00Z")),
            name,
            keys.getPublic());
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder(signature)
                    .setProvider(BOUNCY_CASTLE)
                    .build(keys.getPrivate())));
  }

  private static void assertBinding(String digest, X509Certificate certificate) throws Exception {
    assertArrayEquals(
        MessageDigest.getInstance(digest).digest(certificate.getEncoded()),
        ChannelBinding.tlsServerEndPoint(certificate).orElseThrow());
  }

  @Test
  void theHashIsThatOfTheSignatureButNeverMd5OrSha1() throws Exception {
    KeyPair rsa = keys("RSA", 2048);
    assertBinding("SHA-256", certificate(rsa, "SHA256withRSA"));
    assertBinding("SHA-384", certificate(rsa, "SHA384withRSA"));
    assertBinding("SHA-512", certificate(rsa, "SHA512withRSA"));
    assertBinding("SHA-256", certificate(rsa, "SHA1withRSA"));
    assertBinding("SHA-384", certificate(keys("EC", 384), "SHA384withECDSA"));
    assertBinding("SHA-512", certificate(rsa, "SHA512withRSAandMGF1"));
    assertEquals(
        Optional.empty(),
        ChannelBinding.tlsServerEndPoint(certificate(keys("Ed25519", 0), "Ed25519")));
  }
}
