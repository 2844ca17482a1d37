package net.facteur.server.net;

import io.netty.handler.ssl.SslContext;

/// Where the TLS contexts of a listener come from. Called for each handshake, on an event loop, so
/// that renewed certificates count at once; must return at once and may be called by several
/// threads.
public interface TlsContexts {
  /// The context for clients that send no server name.
  SslContext byDefault();

  /// The context for a client that asked for a host by SNI.
  ///
  /// @param serverName as the client sent it, in lower case; any host, known here or not
  /// @return the context of that host, or the default one
  /// @spec https://www.rfc-editor.org/rfc/rfc6066#section-3 RFC 6066, section 3: Server Name
  ///   Indication
  default SslContext forName(String serverName) {
    return byDefault();
  }
}
