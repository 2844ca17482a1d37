package net.facteur.server.accounts;

/// A change of one user, as the command line asks for it.
public sealed interface UserChange {
  UserName name();

  /// A user who must not be there yet.
  record Add(User user) implements UserChange {
    @Override
    public UserName name() {
      return user.name();
    }
  }

  /// A user as he is from now on, in place of the one of the same name, who must be there.
  record Replace(User user) implements UserChange {
    @Override
    public UserName name() {
      return user.name();
    }
  }

  /// A user who must be there, and is not any more.
  record Remove(UserName name) implements UserChange {}

  /// What becomes of a change.
  enum Outcome {
    /// It is on disk.
    DONE,
    /// There is such a user already; nothing was changed.
    TAKEN,
    /// There is no such user; nothing was changed.
    UNKNOWN
  }
}
