package net.facteur.server.accounts;

import java.io.IOException;

/// Where users who have shown their password get another one. Safe for use by many threads; takes
/// as long as a hash does.
public interface PasswordChanges {
  /// What became of a change.
  enum Outcome {
    /// It is on disk, and counts.
    DONE,
    /// The password of this user is kept elsewhere, such as in a directory of the house.
    ELSEWHERE,
    /// Somebody else changed the user meanwhile; nothing was changed.
    OVERTAKEN
  }

  /// @param user as [LoginOutcome.Accepted] named it
  /// @throws IOException where the users cannot be read or written
  Outcome give(String user, NewPassword password) throws IOException;
}
