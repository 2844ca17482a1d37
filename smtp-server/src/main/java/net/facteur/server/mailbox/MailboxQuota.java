package net.facteur.server.mailbox;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Whether mailboxes have room under the quotas of their users: the port that whoever counts the
/// mail answers, the server itself or the program that keeps the mailboxes. Safe for use by many
/// threads.
public interface MailboxQuota {
  /// No mailbox has a limit.
  MailboxQuota UNLIMITED =
      new MailboxQuota() {
        @Override
        public CompletionStage<Verdict> ask(String user) {
          return CompletableFuture.completedStage(Verdict.ROOM);
        }

        @Override
        public boolean full(String user) {
          return false;
        }

        @Override
        public void added(String user, long octets) {}
      };

  /// What a mailbox says to one more message.
  enum Verdict {
    /// It is taken.
    ROOM,
    /// There is no room, and the user has had little time to make some: 452 4.2.2.
    FULL,
    /// There has been none for long: 552 5.2.2.
    LONG_FULL
  }

  /// Asks at RCPT. Returns at once.
  ///
  /// @param user `local-part@domain`
  /// @return a stage that never fails: where nobody can count, there is room
  CompletionStage<Verdict> ask(String user);

  /// Asks at the moment of delivery. May block.
  ///
  /// @return true where the message has to wait
  boolean full(String user);

  /// A message was put into the mailbox.
  void added(String user, long octets);
}
