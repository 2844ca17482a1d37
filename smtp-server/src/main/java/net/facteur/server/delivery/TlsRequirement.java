package net.facteur.server.delivery;

import java.util.List;

/// How a connection to one host must be protected. One decision for each destination and host, made
/// by [TlsPolicy] before the connection.
public sealed interface TlsRequirement {
  /// No TLS, even where offered; for loopback only.
  record Forbidden() implements TlsRequirement {}

  /// TLS where it works, clear text where it does not; certificates are not looked at.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7435 RFC 7435: Opportunistic Security
  record Opportunistic() implements TlsRequirement {}

  /// TLS or nothing; certificates are not looked at.
  record Encrypt() implements TlsRequirement {}

  /// TLS with a certificate that the trust anchors vouch for and that names one of `names`.
  record Verified(List<String> names) implements TlsRequirement {
    public Verified {
      names = List.copyOf(names);
    }
  }

  /// The host must not be used now, such as where the domain's policy does not name it or its
  /// security status could not be learnt.
  ///
  /// @param reason for the log and the sender, one line
  record Barred(String reason) implements TlsRequirement {}
}
