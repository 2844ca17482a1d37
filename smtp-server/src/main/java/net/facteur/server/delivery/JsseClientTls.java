package net.facteur.server.delivery;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.routing.IpLiteral;

/// TLS 1.2 and 1.3 by the Java platform.
public final class JsseClientTls implements ClientTls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final SSLContext verifying;
  private final SSLContext trusting;

  /// @param verifying with the trust anchors for verified connections
  public JsseClientTls(SSLContext verifying) {
    this.verifying = verifying;
    this.trusting = trusting();
  }

  /// With the trust anchors of the Java platform.
  public static JsseClientTls platform() {
    try {
      return new JsseClientTls(SSLContext.getDefault());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS in this Java platform", e);
    }
  }

  @Override
  public Secured secure(Socket plain, String serverName, TlsRequirement requirement)
      throws IOException {
    return switch (requirement) {
      case TlsRequirement.Opportunistic _, TlsRequirement.Encrypt _ ->
          handshake(plain, serverName, trusting, false);
      case TlsRequirement.Verified(List<String> names) -> verified(plain, serverName, names);
      case TlsRequirement.Forbidden _, TlsRequirement.Barred _ ->
          throw new SSLException("no TLS wanted here");
    };
  }

  private Secured verified(Socket plain, String serverName, List<String> names) throws IOException {
    // The platform checks one name, that of the socket; the names of a policy are alternatives for
    // the same host, so the one we connect to goes first.
    String name = names.contains(serverName) || names.isEmpty() ? serverName : names.getFirst();
    return handshake(plain, name, verifying, true);
  }

  private static Secured handshake(Socket plain, String name, SSLContext context, boolean verify)
      throws IOException {
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, name, plain.getPort(), true);
    var parameters = socket.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    if (IpLiteral.parse(name).isEmpty()
        && DomainName.parse(name).toOptional().filter(DomainName::isHostName).isPresent()) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    if (verify) {
      // RFC 6125 matching, which is what the HTTPS algorithm does.
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
    } catch (IllegalArgumentException e) {
      throw new SSLException("handshake failed", e);
    }
    var session = socket.getSession();
    return new Secured(
        socket,
        session.getProtocol()
            + " "
            + session.getCipherSuite()
            + (verify ? " verified" : " unverified"),
        verify);
  }

  private static SSLContext trusting() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS in this Java platform", e);
    }
  }

  /// Opportunistic TLS protects from listeners only, so any certificate will do (RFC 7435).
  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
