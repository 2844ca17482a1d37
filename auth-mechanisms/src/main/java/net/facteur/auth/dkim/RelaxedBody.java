package net.facteur.auth.dkim;

import net.facteur.auth.message.OctetSink;

/// The `relaxed` form: white space at line ends does not count, runs of it are one space, and the
/// body ends with one CRLF unless it is empty.
///
/// What becomes of white space is decided by the octets right after it. So everything between the
/// places that [WhiteSpaceScan] finds is copied in runs, and a chunk in which nothing changes, as
/// in most mail, is handed on as it is.
final class RelaxedBody extends BodyCanonicalizer {
  /// Runs of this length go to the sink as they are; shorter ones are gathered in the buffer, so
  /// that the sink is not called for every word.
  private static final int LONG = 256;

  /// Held line ends that are put into the buffer; more are written past it.
  private static final int FEW = 8;

  /// Octets that one call may put into the buffer unasked.
  private static final int ROOM = 2 * FEW + 4;

  private final byte[] buffer = new byte[2048];
  private int buffered;

  /// White space was read, and what follows it is not known yet.
  private boolean space;

  /// A CR was read, and what follows it is not known yet.
  private boolean cr;

  RelaxedBody(OctetSink sink) {
    super(sink);
  }

  @Override
  void update(byte[] octets, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end && (space || cr)) {
      octet(octets[at++]);
    }
    if (at == end) {
      return;
    }
    int last = end - 1;
    boolean open = isWhite(octets[last]) || octets[last] == '\r';
    runs(octets, at, last, open ? last : end);
    if (open) {
      octet(octets[last]); // what it means depends on the next chunk
    }
  }

  /// One octet beside a chunk's edge.
  private void octet(byte b) {
    if (cr) {
      cr = false;
      if (b == '\n') {
        // RFC 6376, 3.4.4: white space at the end of a line is ignored
        space = false;
        holdLineEnds(1);
        return;
      }
      append((byte) '\r');
    }
    if (isWhite(b)) {
      space = true;
    } else if (b == '\r') {
      cr = true;
    } else {
      append(b);
    }
  }

  /// Takes the octets from `start` to before `stop`, which is the index `last` of the chunk's last
  /// octet or the one after it.
  private void runs(byte[] octets, int start, int last, int stop) {
    int from = start;
    int white = WhiteSpaceScan.next(octets, start, last);
    while (white < last) {
      int after = white + 1;
      while (after <= last && isWhite(octets[after])) {
        after++;
      }
      boolean undecided = after > last || (after == last && octets[after] == '\r');
      if (undecided) {
        append(octets, from, white);
        space = true;
        return;
      }
      if (octets[after] == '\r' && octets[after + 1] == '\n') {
        // RFC 6376, 3.4.4: white space at the end of a line is ignored
        append(octets, from, white);
        from = after;
      } else if (octets[after - 1] != ' ') {
        append(octets, from, white);
        append((byte) ' ');
        from = after;
      } else if (after - white > 1) {
        // RFC 6376, 3.4.4: a sequence of white space becomes one space; the last octet is one
        append(octets, from, white);
        from = after - 1;
      }
      white = WhiteSpaceScan.next(octets, after, last);
    }
    append(octets, from, stop);
  }

  private static boolean isWhite(byte b) {
    return b == ' ' || b == '\t';
  }

  /// One octet of content, after whatever was held before it.
  private void append(byte b) {
    releaseHeld();
    buffer[buffered++] = b;
  }

  /// Octets that are canonical as they stand, but for line ends, which may be the last.
  private void append(byte[] octets, int from, int to) {
    int stop = to;
    while (stop - from >= 2 && octets[stop - 1] == '\n' && octets[stop - 2] == '\r') {
      stop -= 2;
    }
    int length = stop - from;
    if (length > 0) {
      releaseHeld();
      if (length >= LONG || length > buffer.length - buffered) {
        flush();
      }
      if (length >= LONG) {
        write(octets, from, length);
      } else {
        System.arraycopy(octets, from, buffer, buffered, length);
        buffered += length;
      }
    }
    holdLineEnds((to - stop) / 2);
  }

  /// Writes what was held, and makes room for a few octets.
  private void releaseHeld() {
    if (buffered > buffer.length - ROOM) {
      flush();
    }
    if (heldLineEnds() > FEW) {
      flush();
      releaseLineEnds();
    }
    for (long n = heldLineEnds(); n > 0; n--) {
      buffer[buffered++] = '\r';
      buffer[buffered++] = '\n';
    }
    dropLineEnds();
    if (space) {
      space = false;
      buffer[buffered++] = ' ';
    }
  }

  private void flush() {
    write(buffer, 0, buffered);
    buffered = 0;
  }

  @Override
  void finish() {
    if (cr) {
      append((byte) '\r');
    }
    flush();
    dropLineEnds();
    // RFC 6376, 3.4.4: a CRLF is added to a body that is not empty; an empty one stays empty
    if (written() > 0) {
      writeLineEnd();
    }
  }
}
