package net.facteur.server.delivery;

import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.tlsrpt.ResultType;
import net.facteur.server.delivery.TlsDecision.Account;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.report.TlsSessionResult;

/// Tells the reporter how sessions went, once for each policy they were held to.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-4.3 RFC 8460, section 4.3: Result Types
final class TlsAccounts {
  private final TlsReporter reporter;
  private final PeerVerifier verifier;

  TlsAccounts(TlsReporter reporter, PeerVerifier verifier) {
    this.reporter = reporter;
    this.verifier = verifier;
  }

  /// No connection was made, since something is known to be wrong.
  void unopened(Candidate candidate) {
    for (Account account : candidate.tls().accounts()) {
      if (account.known().isPresent()) {
        tell(candidate, Optional.empty(), account, account.known());
      }
    }
  }

  /// No TLS came about.
  void failed(Candidate candidate, Optional<Socket> socket, ResultType type, String reason) {
    var failure = new TlsSessionResult.Failure(type, reason);
    for (Account account : candidate.tls().accounts()) {
      tell(candidate, socket, account, Optional.of(account.known().orElse(failure)));
    }
  }

  /// The host has not proven itself as the requirement wants it. A policy that is only watched is
  /// told how the session would have gone by that policy alone.
  void failed(
      Candidate candidate,
      Optional<Socket> socket,
      ResultType type,
      String reason,
      List<X509Certificate> chain) {
    var failure = new TlsSessionResult.Failure(type, reason);
    for (Account account : candidate.tls().accounts()) {
      Optional<TlsSessionResult.Failure> found =
          account
              .known()
              .or(
                  () ->
                      account.check().isPresent()
                          ? failure(account.check().get(), chain)
                          : Optional.of(failure));
      tell(candidate, socket, account, found);
    }
  }

  /// The requirement was met; a policy in testing may have wanted more.
  void succeeded(Candidate candidate, Optional<Socket> socket, List<X509Certificate> chain) {
    for (Account account : candidate.tls().accounts()) {
      Optional<TlsSessionResult.Failure> failure =
          account
              .known()
              .or(() -> account.check().flatMap(requirement -> failure(requirement, chain)));
      tell(candidate, socket, account, failure);
    }
  }

  private Optional<TlsSessionResult.Failure> failure(
      TlsRequirement requirement, List<X509Certificate> chain) {
    return switch (verifier.verify(requirement, chain)) {
      case PeerVerifier.Outcome.Right _ -> Optional.empty();
      case PeerVerifier.Outcome.Wrong(ResultType type, String reason) ->
          Optional.of(new TlsSessionResult.Failure(type, reason));
    };
  }

  private void tell(
      Candidate candidate,
      Optional<Socket> socket,
      Account account,
      Optional<TlsSessionResult.Failure> failure) {
    reporter.session(
        new TlsSessionResult(
            account.domain(),
            account.policy(),
            socket.map(Socket::getLocalAddress),
            candidate.serverName(),
            address(candidate),
            failure));
  }

  private static Optional<InetAddress> address(Candidate candidate) {
    return switch (candidate.endpoint()) {
      case Candidate.Endpoint.Tcp tcp -> Optional.of(tcp.address().getAddress());
      case Candidate.Endpoint.Socket _ -> Optional.empty();
    };
  }
}
