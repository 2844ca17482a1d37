package net.facteur.server.net;

import java.util.Optional;

/// A TLS session as the protocol above needs to know it.
public interface TlsSession {
  /// Such as `TLSv1.3`.
  String protocol();

  /// Such as `TLS_AES_128_GCM_SHA256`.
  String cipher();

  /// The host the client asked for by SNI.
  Optional<String> serverName();

  /// Channel binding data.
  ///
  /// @param type an IANA name: `tls-server-end-point`, or `tls-exporter` where the TLS engine can
  ///   export and the session is TLS 1.3
  /// @return empty where this type cannot be had
  /// @spec https://www.rfc-editor.org/rfc/rfc9266 RFC 9266: Channel Bindings for TLS 1.3
  Optional<byte[]> channelBinding(String type);
}
