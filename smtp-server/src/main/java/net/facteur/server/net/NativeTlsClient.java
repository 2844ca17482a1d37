package net.facteur.server.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/// TLS 1.2 and 1.3 as a client by BoringSSL, over blocking sockets: a handshake costs a fraction of
/// what the Java platform's own takes.
///
/// Sessions are resumed by the peer's name and port. Certificates are for the caller to judge.
public final class NativeTlsClient {
  private static final int MAX_SESSIONS = 2_000;

  private final SslContext context;
  private final boolean resumption;

  /// True where BoringSSL runs on this machine.
  public static boolean isAvailable() {
    return OpenSsl.isAvailable();
  }

  /// @param identity shown to servers that ask for a certificate
  /// @param trust asked during the handshake
  /// @param suites to choose from, by the names of the Java platform
  /// @param resumption resume earlier sessions
  /// @throws IllegalStateException where BoringSSL does not run, or refuses these
  public NativeTlsClient(
      Optional<KeyManager> identity,
      X509ExtendedTrustManager trust,
      List<String> suites,
      boolean resumption) {
    this.resumption = resumption;
    try {
      var builder =
          SslContextBuilder.forClient()
              // the reference-counted flavour: memory goes with the connection, not at some GC
              .sslProvider(SslProvider.OPENSSL_REFCNT)
              .protocols("TLSv1.3", "TLSv1.2")
              .ciphers(suites, SupportedCipherSuiteFilter.INSTANCE)
              .endpointIdentificationAlgorithm(null)
              .trustManager(trust);
      identity.ifPresent(builder::keyManager);
      this.context = builder.build();
      context.sessionContext().setSessionCacheSize(MAX_SESSIONS);
    } catch (SSLException e) {
      throw new IllegalStateException("BoringSSL refuses a client's context", e);
    }
  }

  /// Does the handshake, blocking; whoever closes `plain` meanwhile ends it.
  ///
  /// @param peer by whose name sessions are resumed
  /// @param sni the name to send, if any
  /// @throws IOException where the handshake fails
  public NativeTlsStream secure(Socket plain, String peer, Optional<String> sni)
      throws IOException {
    // Without a peer's name and port no earlier session is found.
    SSLEngine engine =
        resumption
            ? context.newEngine(ByteBufAllocator.DEFAULT, peer, plain.getPort())
            : context.newEngine(ByteBufAllocator.DEFAULT);
    if (sni.isPresent()) {
      var parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(sni.get())));
      engine.setSSLParameters(parameters);
    }
    var stream = new NativeTlsStream(plain, engine);
    boolean done = false;
    try {
      stream.handshake();
      done = true;
      return stream;
    } finally {
      if (!done) {
        stream.release();
      }
    }
  }
}
