package net.facteur.server.accounts;

/// A change of one user, as a command or a page asks for it.
public sealed interface UserChange {
  UserName name();

  /// A user who must not be there yet.
  record Add(User user) implements UserChange {
    @Override
    public UserName name() {
      return user.name();
    }
  }

  /// A user as he is from now on.
  ///
  /// @param before as he was when the change was made up; where somebody else changed him since,
  ///   nothing is done, so that no change undoes another
  /// @param after of the same name
  record Replace(User before, User after) implements UserChange {
    public Replace {
      if (!before.name().equals(after.name())) {
        throw new IllegalArgumentException("another user");
      }
    }

    @Override
    public UserName name() {
      return after.name();
    }
  }

  /// A user who gets another name, that nobody has.
  record Rename(UserName name, UserName to) implements UserChange {}

  /// A user who must be there, and is not any more.
  record Remove(UserName name) implements UserChange {}

  /// What becomes of a change.
  enum Outcome {
    /// It is on disk.
    DONE,
    /// There is such a user already; nothing was changed.
    TAKEN,
    /// There is no such user; nothing was changed.
    UNKNOWN,
    /// Somebody else has changed the user meanwhile; nothing was changed. Read it and try again.
    OVERTAKEN
  }
}
