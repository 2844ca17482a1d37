package net.facteur.server.smtp;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.StagedBody;
import net.facteur.server.net.ContentReceiver;
import net.facteur.server.net.MemoryBudget;
import net.facteur.server.net.Step;

/// One DATA, or one chunk of BDAT, on its way into a message.
///
/// @param last the message ends with it
record Arrival(SmtpSession session, SmtpSession.Open open, IncomingMessage message, boolean last)
    implements ContentReceiver {
  @Override
  public boolean mayBlock() {
    return message.mayBlock();
  }

  @Override
  public boolean wanted() {
    return message.refusal() == null;
  }

  @Override
  public void take(ByteBuffer octets) {
    // RFC 5321, 2.3.1 and RFC 3030, 3: octets other than text need BINARYMIME.
    if (open.parameters.body() != MessageTraits.Body.BINARY_MIME && holdsNul(octets)) {
      message.refuse(HeaderCollector.NUL);
    }
    message.take(octets);
  }

  private static boolean holdsNul(ByteBuffer octets) {
    int end = octets.limit();
    for (int i = octets.position(); i < end; i++) {
      if (octets.get(i) == 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void spoiled() {
    message.refuse(SmtpReply.of(550, 5, 6, 11, "Lines must end with CRLF"));
  }

  @Override
  public void seal() {
    if (last) {
      message.seal();
    }
  }

  @Override
  public Step end() {
    SmtpReply refusal = message.refusal();
    if (refusal != null) {
      // RFC 3030, 2: after a failed BDAT, the transaction is gone.
      session.resetState();
      return ReplyLines.of(refusal);
    }
    if (!last) {
      return ReplyLines.of(SmtpReply.of(250, 2, 0, 0, message.size() + " octets received"));
    }
    Transaction transaction = session.transaction(open);
    byte[] header = message.header();
    StagedBody body = message.takeBody();
    MemoryBudget.Loan memory = message.memory();
    return session.ask(
        () -> decide(transaction, header, body, memory),
        reply -> {
          // RFC 5321, 4.1.1.4: buffers are cleared whether the message was taken or not.
          session.resetState();
          if (reply.positive()) {
            session.delivered();
          }
          return ReplyLines.of(reply);
        });
  }

  /// The client may go away meanwhile; what it sent is in memory until it is decided on.
  private CompletionStage<SmtpReply> decide(
      Transaction transaction, byte[] header, StagedBody body, MemoryBudget.Loan memory) {
    try {
      return session
          .spec()
          .service()
          .endOfData(transaction, header, body)
          .whenComplete((_, _) -> memory.close());
    } catch (RuntimeException e) {
      memory.close();
      throw e;
    }
  }
}
