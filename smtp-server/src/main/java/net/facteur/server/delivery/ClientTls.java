package net.facteur.server.delivery;

import java.io.IOException;
import java.net.Socket;

/// Starts TLS on an outgoing connection.
@FunctionalInterface
public interface ClientTls {
  /// Does the handshake, blocking; the caller bounds the time by closing `plain`.
  ///
  /// @param serverName the name to send as SNI; an IP address is not sent
  /// @throws IOException where the handshake or the verification fails
  Secured secure(Socket plain, String serverName, TlsRequirement requirement) throws IOException;

  /// A protected connection.
  ///
  /// @param socket to read from and write to; closes the plain one too
  /// @param description protocol, cipher and level in a few words
  /// @param verified the peer proved its name
  record Secured(Socket socket, String description, boolean verified) {}
}
