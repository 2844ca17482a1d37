package net.facteur.server.accounts;

import java.util.function.BooleanSupplier;

/// Where a service that takes other proofs than a password has them counted: damping, locks and the
/// line of the log are the same as for passwords.
///
/// Safe for use by many threads.
public interface FurtherProofs {
  /// Decides about a proof, such as a time code or the signature of a passkey.
  ///
  /// @param attempt whose mechanism names the proof, and whose password is not looked at
  /// @param proof true where it is right; asked only if the user may log in and is not damped
  LoginOutcome prove(LoginAttempt attempt, BooleanSupplier proof);
}
