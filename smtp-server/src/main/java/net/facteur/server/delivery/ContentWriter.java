package net.facteur.server.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import net.facteur.queue.MessageContent;

/// Streams a message onto the wire, header first, without holding it whole.
final class ContentWriter {
  private static final int BLOCK = 16 * 1024;

  /// The message cannot leave by DATA.
  static final class Unsendable extends IOException {
    private static final long serialVersionUID = 1L;

    Unsendable() {
      super("a line ending that is not CRLF");
    }
  }

  /// Our own disk failed, not the network.
  static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    Unreadable(IOException cause) {
      super("the queued message cannot be read", cause);
    }
  }

  private final CommandChannel wire;
  private final Duration blockLimit;
  private final LineLengths lengths = new LineLengths();
  private boolean lineStart = true;
  private boolean afterCr;

  ContentWriter(CommandChannel wire, Duration blockLimit) {
    this.wire = wire;
    this.blockLimit = blockLimit;
  }

  /// The longest line that was sent, in octets without its end.
  long longestLine() {
    return lengths.longest();
  }

  /// Sends the content as it is, without its first `from` octets, which belong to the header.
  void plain(MessageContent content, int from) throws IOException {
    wire.within(blockLimit);
    byte[] header = content.header();
    lengths.add(header, header.length);
    wire.put(header, from, header.length - from);
    long sent = 0;
    try (InputStream body = open(content)) {
      byte[] block = block(content.bodySize());
      for (int n = read(body, block); n > 0; n = read(body, block)) {
        wire.within(blockLimit);
        lengths.add(block, n);
        wire.put(block, 0, n);
        sent += n;
      }
    }
    if (sent != content.bodySize()) {
      throw new Unreadable(new IOException(sent + " octets of " + content.bodySize()));
    }
  }

  /// Sends the content with its dots doubled, and the final dot.
  ///
  /// @throws Unsendable at a bare CR or LF; the connection must then be dropped
  /// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.5.2 RFC 5321, section 4.5.2:
  ///   Transparency
  void dotted(MessageContent content) throws IOException {
    wire.within(blockLimit);
    byte[] header = content.header();
    stuff(header, header.length);
    try (InputStream body = open(content)) {
      byte[] block = block(content.bodySize());
      for (int n = read(body, block); n > 0; n = read(body, block)) {
        wire.within(blockLimit);
        stuff(block, n);
      }
    }
    if (afterCr) {
      throw new Unsendable();
    }
    wire.put(lineStart ? "" : "\r\n").put(".\r\n");
  }

  private void stuff(byte[] octets, int length) throws IOException {
    lengths.add(octets, length);
    int from = 0;
    for (int i = 0; i < length; i++) {
      byte b = octets[i];
      if (afterCr) {
        // RFC 5321, section 2.3.8: CR and LF only together.
        if (b != '\n') {
          throw new Unsendable();
        }
        afterCr = false;
        lineStart = true;
      } else if (b == '\r') {
        afterCr = true;
      } else if (b == '\n') {
        throw new Unsendable();
      } else if (lineStart) {
        if (b == '.') {
          wire.put(octets, from, i - from);
          wire.put((byte) '.');
          from = i;
        }
        lineStart = false;
      }
    }
    wire.put(octets, from, length - from);
  }

  private static byte[] block(long bodySize) {
    return new byte[(int) Math.max(1, Math.min(BLOCK, bodySize))];
  }

  private static InputStream open(MessageContent content) throws Unreadable {
    try {
      return content.openBody();
    } catch (IOException e) {
      throw new Unreadable(e);
    }
  }

  private static int read(InputStream body, byte[] block) throws Unreadable {
    try {
      return body.read(block);
    } catch (IOException e) {
      throw new Unreadable(e);
    }
  }
}
