package net.facteur.server.delivery;

import java.io.IOException;
import java.io.InputStream;
import net.facteur.queue.MessageContent;

/// How long the lines of a message are, counted while it passes.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.6 RFC 5321, section 4.5.3.1.6: a
///   text line has at most 1,000 octets, its CRLF included
final class LineLengths {
  /// The longest line that every host takes by DATA, without its end.
  static final int MOST = 998;

  private static final int BLOCK = 16 * 1024;

  private long line;
  private boolean afterCr;
  private long longest;

  void add(byte[] octets, int length) {
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (octets[i] == '\n') {
        boolean crlf = i > 0 ? octets[i - 1] == '\r' : afterCr;
        longest = Math.max(longest, line + i - start - (crlf ? 1 : 0));
        line = 0;
        start = i + 1;
      }
    }
    line += length - start;
    afterCr = length > 0 ? octets[length - 1] == '\r' : afterCr;
  }

  /// The longest line so far, in octets without its end.
  long longest() {
    return Math.max(longest, line);
  }

  /// The longest line of a whole message.
  static long longest(MessageContent content) throws IOException {
    var lengths = new LineLengths();
    lengths.add(content.header(), content.header().length);
    try (InputStream body = content.openBody()) {
      byte[] block = new byte[BLOCK];
      for (int n = body.read(block); n > 0; n = body.read(block)) {
        lengths.add(block, n);
      }
    }
    return lengths.longest();
  }
}
