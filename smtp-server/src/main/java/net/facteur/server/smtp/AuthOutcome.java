package net.facteur.server.smtp;

import java.util.Optional;
import net.facteur.queue.MailAddress;

/// What became of an attempt to authenticate.
public sealed interface AuthOutcome {
  /// The client is this user.
  ///
  /// @param user the account's own spelling, under which everything later knows it
  /// @param app the name of the password, where it is one for a device
  /// @param onlyAs the one address that mail of this login may bear
  record Accepted(String user, Optional<String> app, Optional<MailAddress> onlyAs)
      implements AuthOutcome {
    public Accepted(String user) {
      this(user, Optional.empty(), Optional.empty());
    }
  }

  /// The password is right, but the account, or this password of it, may not send. 525 5.7.13.
  record Disabled() implements AuthOutcome {}

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
