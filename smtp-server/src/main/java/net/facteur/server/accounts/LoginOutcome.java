package net.facteur.server.accounts;

import java.util.Optional;
import net.facteur.queue.MailAddress;

/// What became of a login.
public sealed interface LoginOutcome {
  /// The client is this user.
  ///
  /// @param user the account's own spelling
  /// @param app the name of the app password that was used; empty where it was the user's own
  /// @param onlyAs the one address that mail of this login may bear
  record Accepted(String user, Optional<String> app, Optional<MailAddress> onlyAs)
      implements LoginOutcome {}

  /// Not let in, and the client never learns why.
  enum Refused implements LoginOutcome {
    /// Wrong user or wrong password.
    CREDENTIALS,
    /// Too many wrong passwords came from there; this one was not looked at.
    DAMPED,
    /// The user is locked.
    LOCKED
  }

  /// The password is right, and does not open this door. Nobody guesses, so it counts for no
  /// damping, and the client may know.
  enum Barred implements LoginOutcome {
    /// The user is suspended and may not send.
    SUSPENDED,
    /// The user has no mailbox to read.
    SEND_ONLY,
    /// The app password was made for something else.
    APP_PASSWORD
  }

  /// The check could not be made now.
  record Unavailable() implements LoginOutcome {}
}
