package net.facteur.server.mailbox;

import java.io.IOException;
import java.io.OutputStream;

/// Writes CRLF as LF; every other octet, a lone CR too, stays.
final class LineFeeds {
  private final OutputStream out;
  private final byte[] buffer = new byte[32 * 1024];
  private int end;
  private boolean pendingCr;
  private long written;

  LineFeeds(OutputStream out) {
    this.out = out;
  }

  void write(byte[] octets, int length) throws IOException {
    for (int i = 0; i < length; i++) {
      byte b = octets[i];
      if (pendingCr) {
        pendingCr = false;
        if (b != '\n') {
          add((byte) '\r');
        }
      }
      if (b == '\r') {
        pendingCr = true;
      } else {
        add(b);
      }
    }
  }

  /// Writes what is held back. Does not close.
  void finish() throws IOException {
    if (pendingCr) {
      pendingCr = false;
      add((byte) '\r');
    }
    flush();
  }

  /// Octets that have reached the file.
  long written() {
    return written;
  }

  private void add(byte b) throws IOException {
    if (end == buffer.length) {
      flush();
    }
    buffer[end++] = b;
  }

  private void flush() throws IOException {
    out.write(buffer, 0, end);
    written += end;
    end = 0;
  }
}
