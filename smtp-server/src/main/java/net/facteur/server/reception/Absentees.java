package net.facteur.server.reception;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.away.AnsweredMail;
import net.facteur.server.away.Answering;
import net.facteur.server.routing.Resolution;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.Transaction;

/// Mail for those who are away, and for those who left.
///
/// Who left has no mailbox. Mail for them is taken where whoever wrote it gets an answer, and is
/// refused otherwise, so that every sender hears that nobody reads it. The decision falls behind
/// the end of data, so such a recipient stands alone in its transaction.
final class Absentees {
  /// RFC 3463, section 3.2: mailbox has moved, no forwarding address.
  static final SmtpReply GONE =
      SmtpReply.of(550, 5, 1, 6, "The recipient has left; nobody reads this mailbox");

  private static final SmtpReply ALONE =
      SmtpReply.of(452, 4, 5, 3, "Please send to this recipient separately");

  private final Answering answering;

  Absentees(Answering answering) {
    this.answering = answering;
  }

  /// The reply to RCPT where it depends on somebody who left.
  Optional<SmtpReply> reply(Transaction transaction, MailAddress address, Resolution resolution) {
    List<Transaction.ForwardPath> before = transaction.forwardPaths();
    if (!before.isEmpty() && gone(before.getFirst().address(), Optional.empty())) {
      return resolution.reply().positive() || gone(address, Optional.of(resolution))
          ? Optional.of(ALONE)
          : Optional.empty();
    }
    if (!gone(address, Optional.of(resolution))) {
      return Optional.empty();
    }
    if (transaction.reversePath() == ReversePath.Null.NULL) {
      return Optional.of(GONE);
    }
    return Optional.of(before.isEmpty() ? SmtpReply.of(250, 2, 1, 5, "Ok") : ALONE);
  }

  private boolean gone(MailAddress address, Optional<Resolution> resolution) {
    return resolution.map(its -> its instanceof Resolution.UnknownUser).orElse(true)
        && answering.left(address);
  }

  /// True where the message is for somebody who left, and for nobody else.
  ///
  /// @param nobody true where no mailbox stands behind an address
  boolean gone(Authenticated message, Predicate<MailAddress> nobody) {
    List<Transaction.ForwardPath> paths = message.transaction().forwardPaths();
    return paths.size() == 1
        && answering.left(paths.getFirst().address())
        && nobody.test(paths.getFirst().address());
  }

  /// Answers, or refuses. Blocks.
  SmtpReply leave(Delivered delivered) {
    Authenticated message = delivered.message();
    try {
      return switch (answering.leave(mail(delivered))) {
        case ANSWERED -> SmtpReply.of(250, 2, 0, 0, "Ok: answered as " + message.id());
        case REFUSED -> GONE;
      };
    } finally {
      message.body().discard();
    }
  }

  /// Answers a message that is in the queue.
  void answer(Delivered delivered) {
    if (!delivered.clean().isEmpty()) {
      answering.answerLater(mail(delivered));
    }
  }

  private static AnsweredMail mail(Delivered delivered) {
    Authenticated message = delivered.message();
    List<Transaction.ForwardPath> recipients =
        delivered.clean().isEmpty() ? delivered.junk() : delivered.clean();
    return new AnsweredMail(
        message.transaction().reversePath(),
        recipients.stream().map(Transaction.ForwardPath::address).toList(),
        message.header(),
        !delivered.clean().isEmpty()
            && ReversePathProof.of(message.report()).proven()
            && AuthorProof.proven(message.report()));
  }
}
