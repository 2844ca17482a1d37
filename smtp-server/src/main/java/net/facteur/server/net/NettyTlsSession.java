package net.facteur.server.net;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
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
    return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate certificate
        ? ChannelBinding.tlsServerEndPoint(certificate)
        : Optional.empty();
  }
}
