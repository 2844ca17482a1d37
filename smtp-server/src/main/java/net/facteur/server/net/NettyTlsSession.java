package net.facteur.server.net;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/// A TLS session of the JDK or of BoringSSL.
record NettyTlsSession(SSLSession session, Optional<String> serverName) implements TlsSession {
  @Override
  public String protocol() {
    return session.getProtocol();
  }

  @Override
  public String cipher() {
    return session.getCipherSuite();
  }

  @Override
  public Optional<byte[]> channelBinding(String type) {
    return switch (type) {
      case "tls-server-end-point" -> endPoint();
      case "tls-exporter" -> exporter();
      // A type of the peer's choice, of which there may be more than we know.
      default -> Optional.empty();
    };
  }

  /// RFC 9266, section 4.2: for TLS 1.2 the exporter would need the extended master secret, so only
  /// 1.3 is served. BoringSSL's engine has no exporter.
  private Optional<byte[]> exporter() {
    if (!protocol().equals("TLSv1.3") || !(session instanceof ExtendedSSLSession extended)) {
      return Optional.empty();
    }
    try {
      // RFC 9266, section 2: this label, an empty context, 32 octets.
      return Optional.of(
          extended.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32));
    } catch (SSLException | UnsupportedOperationException _) {
      return Optional.empty();
    }
  }

  private Optional<byte[]> endPoint() {
    Certificate[] chain = session.getLocalCertificates();
    if (chain == null || chain.length == 0 || !(chain[0] instanceof X509Certificate certificate)) {
      return Optional.empty();
    }
    try {
      Optional<String> hash = hashOf(certificate.getSigAlgName());
      if (hash.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(MessageDigest.getInstance(hash.get()).digest(certificate.getEncoded()));
    } catch (GeneralSecurityException _) {
      return Optional.empty();
    }
  }

  /// RFC 5929, section 4.1: the hash of the certificate's signature, but SHA-256 for MD5 and SHA-1;
  /// undefined for signatures without a hash of their own.
  private static Optional<String> hashOf(String signature) {
    String name = signature.toUpperCase(Locale.ROOT);
    int with = name.indexOf("WITH");
    if (with < 0) {
      return Optional.empty();
    }
    return switch (name.substring(0, with)) {
      case "MD5", "SHA1", "SHA256" -> Optional.of("SHA-256");
      case "SHA224" -> Optional.of("SHA-224");
      case "SHA384" -> Optional.of("SHA-384");
      case "SHA512" -> Optional.of("SHA-512");
      default -> Optional.empty();
    };
  }
}
