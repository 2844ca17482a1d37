package net.facteur.server.delivery;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import net.facteur.server.tls.CertificateAuthorities;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A self-signed certificate for one host name.
final class TestCertificate {
  private final SSLContext server;
  private final X509ExtendedKeyManager keys;
  private final X509Certificate certificate;

  TestCertificate(String host) throws Exception {
    this(host, new GeneralName(GeneralName.dNSName, host));
  }

  /// @param alternatives in the subjectAltName extension; without any there is no extension
  TestCertificate(String commonName, GeneralName... alternatives) throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    var pair = generator.generateKeyPair();
    var name = new X500Name("CN=" + commonName);
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.ONE,
            Date.from(Instant.parse("2020-01-01T00:00:00Z")),
            Date.from(Instant.parse("2090-01-01T00:00:00Z")),
            name,
            pair.getPublic());
    if (alternatives.length > 0) {
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
    }
    X509Certificate certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    var keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("k", pair.getPrivate(), new char[0], new X509Certificate[] {certificate});
    var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, new char[0]);
    server = SSLContext.getInstance("TLS");
    server.init(keyManagers.getKeyManagers(), null, null);
    this.certificate = certificate;
    this.keys = (X509ExtendedKeyManager) keyManagers.getKeyManagers()[0];
  }

  /// Trusts this certificate only.
  X509TrustManager trusting() {
    return CertificateAuthorities.of(List.of(certificate));
  }

  /// The certificate with its key.
  X509ExtendedKeyManager keys() {
    return keys;
  }

  X509Certificate certificate() {
    return certificate;
  }

  /// Does the server's side of a handshake.
  void start(ScriptedServer.Peer peer) throws java.io.IOException {
    var socket = (SSLSocket) server.getSocketFactory().createSocket(peer.socket(), null, true);
    socket.setUseClientMode(false);
    socket.startHandshake();
    peer.use(socket);
  }
}
