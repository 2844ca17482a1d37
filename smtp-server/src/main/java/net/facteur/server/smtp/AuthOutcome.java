package net.facteur.server.smtp;

/// What became of an attempt to authenticate.
public sealed interface AuthOutcome {
  /// The client is this user.
  ///
  /// @param user the account's own spelling, under which everything later knows it
  record Accepted(String user) implements AuthOutcome {}

  /// Wrong user, wrong password, or not allowed to log in: the client never learns which. 535
  /// 5.7.8.
  record Refused() implements AuthOutcome {}

  /// The check could not be made now. 454 4.7.0.
  record Unavailable() implements AuthOutcome {}
}
