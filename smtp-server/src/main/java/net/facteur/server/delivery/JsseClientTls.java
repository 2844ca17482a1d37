package net.facteur.server.delivery;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

  private final Optional<KeyManager> identity;
  private final SecureRandom random;
  private final Map<Offer, SSLContext> contexts = new EnumMap<>(Offer.class);
  private final Set<String> supported;
  private final boolean resumption;

  /// @param identity shown to servers that ask for a certificate
  /// @param resumption resume earlier sessions
  public JsseClientTls(Optional<KeyManager> identity, boolean resumption, SecureRandom random) {
    this.identity = identity;
    this.random = random;
    this.resumption = resumption;
    for (Offer offer : Offer.values()) {
      contexts.put(offer, context());
    }
    this.supported = Set.of(context().getDefaultSSLParameters().getCipherSuites());
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
  public Secured secure(Socket plain, String serverName, Offer offer) throws IOException {
    // A context keeps its sessions; only one of its own knows none.
    SSLContext sessions = resumption ? Objects.requireNonNull(contexts.get(offer)) : context();
    var socket =
        (SSLSocket)
            sessions.getSocketFactory().createSocket(plain, serverName, plain.getPort(), true);
    var parameters = socket.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    // What the platform is set to leave out, such as RSA key transport, stays out.
    parameters.setCipherSuites(
        offer.suites().stream().filter(supported::contains).toArray(String[]::new));
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
