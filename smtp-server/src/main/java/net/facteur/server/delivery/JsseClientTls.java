package net.facteur.server.delivery;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/// TLS 1.2 and 1.3 by the Java platform, for machines without BoringSSL.
///
/// Sessions are resumed by server name and port. The handshake takes any certificate; whose it is,
/// is looked at afterwards and on resumption too, see [PeerVerifier].
public final class JsseClientTls implements ClientTls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /// What no cipher suite may contain, should the platform ever be set to allow it.
  private static final List<String> WEAK =
      List.of("_RC4_", "_3DES_", "_DES_", "_DES40_", "_NULL_", "_anon_", "EXPORT", "_MD5");

  private final Optional<KeyManager> identity;
  private final SecureRandom random;
  private final SSLContext context;
  private final String[] suites;
  private final boolean resumption;

  /// @param identity shown to servers that ask for a certificate
  /// @param resumption resume earlier sessions
  public JsseClientTls(Optional<KeyManager> identity, boolean resumption, SecureRandom random) {
    this.identity = identity;
    this.random = random;
    this.context = context();
    this.suites =
        Arrays.stream(context.getDefaultSSLParameters().getCipherSuites())
            .filter(suite -> WEAK.stream().noneMatch(suite::contains))
            .toArray(String[]::new);
    this.resumption = resumption;
  }

  private SSLContext context() {
    try {
      var fresh = SSLContext.getInstance("TLS");
      fresh.init(
          identity.map(k -> new KeyManager[] {k}).orElse(new KeyManager[0]),
          new TrustManager[] {new AnyCertificate()},
          random);
      return fresh;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS in this Java platform", e);
    }
  }

  @Override
  public Secured secure(Socket plain, String serverName) throws IOException {
    // A context keeps its sessions; only one of its own knows none.
    SSLContext sessions = resumption ? context : context();
    var socket =
        (SSLSocket)
            sessions.getSocketFactory().createSocket(plain, serverName, plain.getPort(), true);
    var parameters = socket.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setCipherSuites(suites);
    // RFC 7672, 8.1: the TLSA base domain or the MX host goes into SNI.
    ClientTls.sni(serverName)
        .ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
    } catch (IllegalArgumentException e) {
      throw new SSLException("handshake failed", e);
    }
    SSLSession session = socket.getSession();
    return new Secured(
        socket,
        socket.getInputStream(),
        socket.getOutputStream(),
        session.getProtocol(),
        session.getCipherSuite(),
        chain(session));
  }

  private static List<X509Certificate> chain(SSLSession session) {
    var chain = new ArrayList<X509Certificate>();
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
    return chain;
  }
}
