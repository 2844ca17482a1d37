package net.facteur.server.net;

import io.netty.buffer.ByteBuf;

/// Cuts the content of DATA out of the input: takes the transparency dots off, finds the end, and
/// notices line ends that are none.
///
/// Octets are handed on as slices of the input. What cannot be judged yet (a CR at the end, a dot
/// at the start of a line) stays in the input until more arrives.
///
/// From clients that are known, a LF on its own may end a line, too: it is handed on as it is, and
/// the dot behind it counts as one of transparency. But only CRLF, dot, CRLF ends the content, so
/// that nothing can be smuggled; a dot alone between other line ends is content.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.5.2 RFC 5321, section 4.5.2: Transparency
final class DotDecoder {
  private static final byte CR = '\r';
  private static final byte LF = '\n';

  private final boolean bareLineFeeds;
  private boolean atLineStart = true;

  /// The line before ended with CRLF, not with a LF on its own.
  private boolean afterCrLf = true;

  /// @param bareLineFeeds a LF on its own ends a line, too
  DotDecoder(boolean bareLineFeeds) {
    this.bareLineFeeds = bareLineFeeds;
  }

  /// Decodes what is there.
  ///
  /// @return true when the end was found; the input then stands behind it
  boolean decode(ByteBuf input, ContentReceiver receiver) {
    int runStart = input.readerIndex();
    int at = runStart;
    int end = input.writerIndex();
    while (at < end) {
      int lf = input.indexOf(at, end, LF);
      boolean whole = lf >= 0;
      int next = whole ? lf + 1 : end;
      if (atLineStart && input.getByte(at) == '.') {
        if (isEnd(input, at, next)) {
          hand(input, runStart, at, receiver);
          input.readerIndex(next);
          return true;
        }
        if (!whole && next - at < 3) {
          // "." or ".CR": the end may be near.
          hand(input, runStart, at, receiver);
          input.readerIndex(at);
          return false;
        }
        if (!isLoneDot(input, at, next, whole)) {
          hand(input, runStart, at, receiver);
          runStart = at + 1;
        }
      }
      int lineEnd = whole ? next - 2 : lastUndecided(input, at, end);
      if (spoils(input, at, lineEnd, whole)) {
        receiver.spoiled();
      }
      at = whole ? next : lineEnd;
      if (!whole) {
        break;
      }
    }
    hand(input, runStart, at, receiver);
    input.readerIndex(at);
    return false;
  }

  /// Notes how a line ends, or that it does not yet.
  ///
  /// @param lineEnd where its CR should stand, or where an unfinished line stops being certain
  /// @return true where a CR or LF in it stands alone (RFC 5321, 2.3.8)
  private boolean spoils(ByteBuf input, int at, int lineEnd, boolean whole) {
    boolean bareLineFeed = whole && (lineEnd < at || input.getByte(lineEnd) != CR);
    afterCrLf = !bareLineFeed;
    if (bareLineFeed) {
      atLineStart = bareLineFeeds;
      return !bareLineFeeds || (lineEnd >= at && input.indexOf(at, lineEnd + 1, CR) >= 0);
    }
    atLineStart = whole;
    return lineEnd > at && input.indexOf(at, lineEnd, CR) >= 0;
  }

  private boolean isEnd(ByteBuf input, int at, int next) {
    return afterCrLf
        && next - at == 3
        && input.getByte(at + 1) == CR
        && input.getByte(at + 2) == LF;
  }

  /// A dot alone on a line that looks like the end and is none.
  private boolean isLoneDot(ByteBuf input, int at, int next, boolean whole) {
    return bareLineFeeds
        && whole
        && (next - at == 2 || (next - at == 3 && input.getByte(at + 1) == CR));
  }

  /// Where an unfinished line stops being certain: before a CR at its end.
  private static int lastUndecided(ByteBuf input, int at, int end) {
    return end > at && input.getByte(end - 1) == CR ? end - 1 : end;
  }

  private static void hand(ByteBuf input, int from, int to, ContentReceiver receiver) {
    if (to > from) {
      receiver.take(input.nioBuffer(from, to - from));
    }
  }
}
