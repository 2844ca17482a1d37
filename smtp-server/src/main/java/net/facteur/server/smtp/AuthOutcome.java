package net.facteur.server.smtp;

/// What became of an attempt to authenticate.
public sealed interface AuthOutcome {
  /// The client is this user.
  ///
  /// @param user the account's own spelling, under which everything later knows it
  record Accepted(String user) implements AuthOutcome {}

  /// Not let in, and the client never learns why. 535 5.7.8.
  enum Refused implements AuthOutcome {
    /// Wrong user or wrong password.
    CREDENTIALS,
    /// Too many wrong passwords came from there; this one was not looked at.
    DAMPED,
    /// The user is locked.
    LOCKED
  }

  /// The check could not be made now. 454 4.7.0.
  record Unavailable() implements AuthOutcome {}
}
