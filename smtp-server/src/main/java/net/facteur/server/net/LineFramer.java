package net.facteur.server.net;

import io.netty.buffer.ByteBuf;

/// Cuts command lines out of the input.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-2.3.8 RFC 5321, section 2.3.8: Lines
final class LineFramer {
  /// What a peer may waste on a line that is refused anyway, before it is cut off.
  private static final int MAX_DISCARDED = 64 * 1024;

  private static final byte CR = '\r';
  private static final byte LF = '\n';

  private int discarded;

  /// What the input holds.
  sealed interface Frame {
    /// A part of a line.
    record Unfinished() implements Frame {}

    record Line(byte[] octets) implements Frame {}

    record Broken(Conversation.Breach breach) implements Frame {}
  }

  /// The next line.
  ///
  /// @param bareLineFeeds a LF on its own ends a line, too
  Frame next(ByteBuf input, int limit, boolean bareLineFeeds) {
    int start = input.readerIndex();
    int lf = input.indexOf(start, input.writerIndex(), LF);
    if (lf < 0) {
      return partial(input, limit);
    }
    input.readerIndex(lf + 1);
    boolean whole = lf > start && input.getByte(lf - 1) == CR;
    int end = whole ? lf - 1 : lf;
    // RFC 5321, 2.3.8: no other octets than CRLF end a line.
    if ((!whole && !bareLineFeeds) || (end > start && input.indexOf(start, end, CR) >= 0)) {
      discarded = 0;
      return new Frame.Broken(Conversation.Breach.BARE_LINE_END);
    }
    if (discarded > 0 || lf + 1 - start > limit) {
      discarded = 0;
      return new Frame.Broken(Conversation.Breach.LINE_TOO_LONG);
    }
    byte[] line = new byte[end - start];
    input.getBytes(start, line);
    return new Frame.Line(line);
  }

  private Frame partial(ByteBuf input, int limit) {
    int held = input.readableBytes();
    if (held < limit) {
      return new Frame.Unfinished();
    }
    // The last octet stays: it may be the CR of the line's end.
    input.skipBytes(held - 1);
    discarded += held - 1;
    return discarded > MAX_DISCARDED
        ? new Frame.Broken(Conversation.Breach.ENDLESS_LINE)
        : new Frame.Unfinished();
  }
}
