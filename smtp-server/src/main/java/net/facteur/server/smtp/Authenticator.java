package net.facteur.server.smtp;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Who a user is: the port through which AUTH asks. The accounts implement it.
///
/// All methods are called on an event loop and must return at once. They are never called on a
/// connection without TLS, nor on a reception listener.
public interface Authenticator {
  /// Checks a password (PLAIN and LOGIN). Slow on purpose, so the answer is a stage; unknown users
  /// must take as long as known ones. A stage that fails counts as [AuthOutcome.Unavailable].
  ///
  /// @param user the authentication identity as sent, 1 to 255 octets of UTF-8, no controls
  /// @param password UTF-8 octets, 1 to 1,024; cleared by the caller once the stage has completed,
  ///   so it must be copied to be kept
  CompletionStage<AuthOutcome> checkPassword(SmtpClient client, String user, byte[] password);

  /// True where SCRAM-SHA-256 (and -PLUS, where there is TLS) is announced.
  boolean scramOffered();

  /// The SCRAM keys of a user.
  ///
  /// Users who do not exist or have no SCRAM keys get keys nobody can prove: a salt that is always
  /// the same for that name, the usual number of iterations, and random keys. So a stranger learns
  /// nothing from the answer.
  ///
  /// @param user as sent, `=2C` and `=3D` decoded
  ScramKeys scramKeys(String user);

  /// Decides an exchange of SCRAM, before the server proves anything itself. Failures count as
  /// wrong passwords do.
  ///
  /// @param user as sent
  /// @param keys what [#scramKeys] gave out; empty where the exchange did not come so far
  /// @param proven the client has proved that it knows the password behind these keys
  default AuthOutcome decideScram(
      SmtpClient client, String user, Optional<ScramKeys> keys, boolean proven) {
    return proven && keys.isPresent()
        ? new AuthOutcome.Accepted(keys.get().user())
        : AuthOutcome.Refused.CREDENTIALS;
  }

  /// The connection has ended, so nobody waits for its answer any more.
  default void ended(SmtpClient client) {}
}
