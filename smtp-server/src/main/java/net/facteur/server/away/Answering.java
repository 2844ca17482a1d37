package net.facteur.server.away;

import net.facteur.queue.MailAddress;

/// Answers in place of people, as whoever takes mail sees it. Safe for use by many threads.
public interface Answering {
  /// Nobody is away.
  Answering NONE =
      new Answering() {
        @Override
        public boolean left(MailAddress address) {
          return false;
        }

        @Override
        public void answerLater(AnsweredMail message) {}

        @Override
        public Leave leave(AnsweredMail message) {
          return Leave.REFUSED;
        }
      };

  /// True for the address of somebody who left, whose mail goes to nobody else. From memory.
  boolean left(MailAddress address);

  /// Answers a message that is taken, behind the reply to its client.
  void answerLater(AnsweredMail message);

  /// Answers a message to an address of which [#left] is true. Blocks.
  Leave leave(AnsweredMail message);

  /// What comes of a message to somebody who left, and to nobody else.
  enum Leave {
    /// Whoever wrote it gets an answer, which is queued.
    ANSWERED,
    /// It is not answered, so it has to be refused.
    REFUSED
  }
}
