package net.facteur.server.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import net.facteur.queue.BodyStage;
import net.facteur.queue.StagedBody;
import net.facteur.server.net.MemoryBudget;

/// A message that did not come by SMTP, read as those of known clients are: lines may end with LF.
public sealed interface WholeMessage {
  /// It is whole and within the limits.
  ///
  /// @param header the header section
  /// @param eightBit it has octets beyond ASCII
  /// @param memory what it holds of the budget; whoever takes the message closes it
  record Taken(byte[] header, StagedBody body, boolean eightBit, MemoryBudget.Loan memory)
      implements WholeMessage {}

  /// It is none that can be taken.
  record Refused(SmtpReply reply) implements WholeMessage {}

  /// Reads one. May block.
  ///
  /// @param size its octets
  /// @param stage collects its body
  /// @param memory is closed where it is refused
  /// @throws EOFException where `in` ends before
  static WholeMessage read(
      InputStream in,
      long size,
      BodyStage stage,
      SmtpSettings settings,
      MemoryBudget.Loan memory,
      String sessionId)
      throws IOException {
    var message =
        new IncomingMessage(stage, settings, memory, sessionId, IncomingMessage.Manner.MENDED);
    boolean eightBit = false;
    boolean read = false;
    try {
      byte[] octets = new byte[16 << 10];
      long left = size;
      while (left > 0 && message.refusal() == null) {
        int length = in.read(octets, 0, (int) Math.min(left, octets.length));
        if (length < 0) {
          throw new EOFException("the message ends " + left + " octets too early");
        }
        left -= length;
        for (int i = 0; i < length && !eightBit; i++) {
          eightBit = octets[i] < 0;
        }
        message.take(ByteBuffer.wrap(octets, 0, length));
      }
      message.seal();
      read = true;
    } finally {
      if (!read) {
        message.drop();
      }
    }
    SmtpReply refusal = message.refusal();
    if (refusal != null) {
      message.drop();
      return new Refused(refusal);
    }
    byte[] header = message.header();
    return new Taken(header, message.takeBody(), eightBit, memory);
  }
}
