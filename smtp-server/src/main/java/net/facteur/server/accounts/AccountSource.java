package net.facteur.server.accounts;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Where accounts are kept: the users file, or a directory of others. Safe for use by many threads.
public interface AccountSource extends AutoCloseable {
  /// What a source says of somebody.
  sealed interface Answer {
    /// There is such an account.
    record Found(User user) implements Answer {}

    /// There is none; nothing stands in the way of knowing it.
    record Unknown() implements Answer {}

    /// Nobody can say now. Never read as [Unknown]: mail for it and logins wait.
    record Unavailable() implements Answer {}
  }

  /// What is known of an address. Asked on event loops, so the answer must come from memory; who
  /// has to ask elsewhere does so in [#prepare].
  Answer find(UserName name);

  /// The account that is meant by a login: an address, or a part before the `@` that only one
  /// account has. Answered from memory too.
  ///
  /// @param login as sent
  Answer findLogin(String login);

  /// Asks whatever has to be asked before [#find] or [#findLogin] can answer from memory.
  ///
  /// @param login an address or a login, as sent
  /// @return a stage that never fails, and completes within seconds
  default CompletionStage<Void> prepare(String login) {
    return CompletableFuture.completedStage(null);
  }

  /// The same for [#find] and [#targets] of several addresses.
  default CompletionStage<Void> prepare(Collection<UserName> names) {
    return CompletableFuture.completedStage(null);
  }

  /// Where mail to an address goes in place of a mailbox of that name: an alias, a group, a
  /// forward. Answered from memory.
  ///
  /// @return addresses, the same one among them for the mailbox; none where it goes nowhere else,
  ///   or nobody can say now
  default List<String> targets(UserName name) {
    return List.of();
  }

  /// True where passwords are checked by [#verify] rather than by a hash of the account.
  default boolean verifies() {
    return false;
  }

  /// Looks at a password where the source itself knows whether it is right.
  ///
  /// @param user as the source gave it
  /// @param password UTF-8 octets; copied where they are kept
  /// @return a stage that never fails
  default CompletionStage<Verdict> verify(User user, byte[] password) {
    return CompletableFuture.completedStage(Verdict.WRONG);
  }

  /// What a source says of a password.
  enum Verdict {
    RIGHT,
    WRONG,
    UNAVAILABLE
  }

  @Override
  default void close() {}
}
