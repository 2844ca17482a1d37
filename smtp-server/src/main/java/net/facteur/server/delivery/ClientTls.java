package net.facteur.server.delivery;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;

/// Starts TLS on an outgoing connection. Who the peer is, is for [PeerVerifier] to say.
@FunctionalInterface
public interface ClientTls {
  /// Does the handshake, blocking; the caller bounds the time by closing `plain`.
  ///
  /// @param serverName the name to send as SNI; an IP address is not sent
  /// @throws IOException where the handshake fails
  Secured secure(Socket plain, String serverName) throws IOException;

  /// A protected connection.
  ///
  /// @param socket to read from and write to; closes the plain one too
  /// @param protocol such as `TLSv1.3`
  /// @param cipher the cipher suite
  /// @param chain what the peer has shown, its own certificate first; empty where it has none
  record Secured(Socket socket, String protocol, String cipher, List<X509Certificate> chain) {
    public Secured {
      chain = List.copyOf(chain);
    }
  }
}
