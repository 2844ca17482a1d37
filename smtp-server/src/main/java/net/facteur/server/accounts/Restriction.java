package net.facteur.server.accounts;

import java.util.Optional;

/// What a user may not do. Several may hold at once, so that a lock that is taken away leaves the
/// others as they were.
public enum Restriction {
  /// No login is taken, whatever the password; mail still arrives.
  LOCKED("locked"),
  /// Mail arrives and can be read, but none is taken from the user.
  SUSPENDED("suspended"),
  /// There is no mailbox: the user logs in to send, and mail to the address is refused.
  SEND_ONLY("send-only");

  private final String word;

  Restriction(String word) {
    this.word = word;
  }

  /// Its name in the users file and in commands.
  public String word() {
    return word;
  }

  static Optional<Restriction> of(String word) {
    for (Restriction each : values()) {
      if (each.word.equals(word)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
