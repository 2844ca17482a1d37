package net.facteur.server.limits;

import java.util.List;
import net.facteur.server.smtp.SmtpReply;

/// Says what becomes of a message of one of our own before it is queued. Answers from memory, at
/// once; safe for use by many threads.
public interface SendingGate {
  /// Everything passes but what a filter wants held.
  SendingGate OPEN =
      sending -> sending.spam().<Verdict>map(Verdict.Held::new).orElse(Verdict.Free.FREE);

  /// What becomes of a message.
  sealed interface Verdict {
    /// It goes.
    enum Free implements Verdict {
      FREE
    }

    /// It is taken, and waits for the postmaster.
    ///
    /// @param why for the log, and for `why`
    record Held(String why) implements Verdict {}

    /// It is not taken.
    record Refused(SmtpReply reply) implements Verdict {}
  }

  /// Counts a message, and judges it.
  Verdict admit(Sending sending);

  /// What the account of a message is called.
  default String account(Sending sending) {
    return SendingAccount.of(sending.client(), List.of()).key();
  }

  /// The message was not taken after all, for another reason.
  ///
  /// @param verdict what [#admit] said of it
  default void withdraw(Sending sending, Verdict verdict) {}
}
