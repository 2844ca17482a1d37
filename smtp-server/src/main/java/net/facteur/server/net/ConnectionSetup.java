package net.facteur.server.net;

import java.util.Optional;

/// What a listener does with a new connection.
///
/// @param conversations what is spoken
/// @param tls the certificates, where there are any
/// @param tlsFirst TLS comes before anything else
/// @param settings limits and times
public record ConnectionSetup(
    Conversation.Factory conversations,
    Optional<TlsContexts> tls,
    boolean tlsFirst,
    TransportSettings settings) {
  public ConnectionSetup {
    if (tlsFirst && tls.isEmpty()) {
      throw new IllegalArgumentException("no certificates for TLS");
    }
  }
}
