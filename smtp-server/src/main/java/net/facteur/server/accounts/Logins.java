package net.facteur.server.accounts;

import java.util.concurrent.CompletionStage;

/// The one port through which a service asks whether a password is right: damping, locks and app
/// passwords are the same for each of them.
///
/// Safe for use by many threads. Methods return at once.
public interface Logins {
  /// Checks a password. Slow on purpose; unknown users take as long as known ones. A login that is
  /// not let in is one line of the log, in a form that is fixed, whatever the service.
  ///
  /// @return a stage that fails only for a bug, and counts as [LoginOutcome.Unavailable] then
  CompletionStage<LoginOutcome> login(LoginAttempt attempt);

  /// The connection has ended, so nobody waits for its answer any more.
  void gone(String session);
}
