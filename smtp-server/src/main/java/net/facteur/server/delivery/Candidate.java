package net.facteur.server.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.DeliveryOutcome.RemoteHost;

/// One place to offer a message to, and how. Connections are reused between candidates with equal
/// keys.
///
/// @param dialect SMTP or LMTP
/// @param implicitTls TLS from the first octet
/// @param loginInClear AUTH is allowed without a verified name
/// @param sources local addresses to connect from, one per family at most; empty where the system
///   chooses
record Candidate(
    Endpoint endpoint,
    Dialect dialect,
    TlsDecision tls,
    boolean implicitTls,
    Optional<DeliverySettings.Login> login,
    boolean loginInClear,
    List<InetAddress> sources) {
  Candidate {
    sources = List.copyOf(sources);
  }

  /// The protocol spoken.
  enum Dialect {
    SMTP,
    LMTP
  }

  /// Where the host is.
  sealed interface Endpoint {
    /// @param name the host name, or its address where it has none
    record Tcp(String name, InetSocketAddress address) implements Endpoint {}

    record Socket(String path) implements Endpoint {}
  }

  static Candidate smtp(Endpoint endpoint, TlsDecision tls, List<InetAddress> sources) {
    return new Candidate(endpoint, Dialect.SMTP, tls, false, Optional.empty(), false, sources);
  }

  static Candidate lmtp(Endpoint endpoint, List<InetAddress> sources) {
    return new Candidate(
        endpoint,
        Dialect.LMTP,
        TlsDecision.of(new TlsRequirement.Forbidden(), "LMTP"),
        false,
        Optional.empty(),
        false,
        sources);
  }

  /// What an open connection must have in common with a candidate to serve it: not whose mail it
  /// was opened for, nor why it had to be protected as it is.
  record Key(
      Endpoint endpoint,
      Dialect dialect,
      TlsRequirement requirement,
      boolean implicitTls,
      Optional<DeliverySettings.Login> login,
      boolean loginInClear,
      List<InetAddress> sources) {}

  Key key() {
    return new Key(endpoint, dialect, tls.requirement(), implicitTls, login, loginInClear, sources);
  }

  RemoteHost remote(String tlsText) {
    return switch (endpoint) {
      case Endpoint.Tcp(String name, InetSocketAddress address) ->
          new RemoteHost(
              name, address.getAddress().getHostAddress() + ":" + address.getPort(), tlsText);
      case Endpoint.Socket(String path) -> new RemoteHost(path, "", tlsText);
    };
  }

  String serverName() {
    return switch (endpoint) {
      case Endpoint.Tcp tcp -> tcp.name();
      case Endpoint.Socket _ -> "localhost";
    };
  }
}
