package net.facteur.auth.dkim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The `relaxed` form: white space at line ends does not count, runs of it are one space, and the
/// body ends with one CRLF unless it is empty.
///
/// In most mail most text is canonical as it stands. So long stretches without a tab and without a
/// space that another white space or CR follows are found eight octets at a time and handed on
/// whole; only what lies between is looked at octet by octet, and gathered into a small buffer so
/// that the sink is not called for every word.
final class RelaxedBody extends BodyCanonicalizer {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final long SPACES = ONES * ' ';
  private static final long BELOW_TAB_OR_TAB = ONES * ('\t' + 1);
  private static final long BELOW_SPACE_OR_SPACE = ONES * (' ' + 1);

  /// Stretches shorter than this are copied into the buffer.
  private static final int SHORT = 256;

  private final byte[] buffer = new byte[4096];
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
    while (at < end) {
      at = space || cr ? afterHeld(octets, at) : stretch(octets, at, end);
    }
  }

  /// One octet after white space or CR, which are still held.
  private int afterHeld(byte[] octets, int at) {
    byte b = octets[at];
    if (cr) {
      cr = false;
      if (b == '\n') {
        // RFC 6376, 3.4.4: white space at the end of a line is ignored
        space = false;
        flush();
        holdLineEnds(1);
        return at + 1;
      }
      releaseSpace();
      append((byte) '\r');
    }
    if (b == ' ' || b == '\t') {
      space = true;
    } else if (b == '\r') {
      cr = true;
    } else {
      releaseSpace();
      append(b);
    }
    return at + 1;
  }

  /// Hands on the longest stretch from `at` that is canonical as it stands.
  ///
  /// @return index of the first octet not dealt with
  private int stretch(byte[] octets, int at, int end) {
    int stop = firstSpecial(octets, at, end);
    if (stop == end) {
      // a space or line ends at the chunk's end depend on what comes
      return holdTail(octets, at, end);
    }
    int canonical = trailingLineEnds(octets, at, stop);
    append(octets, at, canonical - at);
    flushBefore((stop - canonical) / 2);
    space = true;
    return stop + 1;
  }

  private int holdTail(byte[] octets, int at, int end) {
    int stop = end;
    if (octets[stop - 1] == '\r') {
      cr = true;
      stop--;
    }
    if (stop > at && octets[stop - 1] == ' ') {
      space = true;
      stop--;
    }
    int canonical = trailingLineEnds(octets, at, stop);
    append(octets, at, canonical - at);
    flushBefore((stop - canonical) / 2);
    return end;
  }

  /// Line ends are held behind an empty buffer, so that whoever releases them keeps the order.
  private void flushBefore(int lineEnds) {
    if (lineEnds > 0) {
      flush();
      holdLineEnds(lineEnds);
    }
  }

  private static int trailingLineEnds(byte[] octets, int start, int end) {
    int stop = end;
    while (stop - start >= 2 && octets[stop - 2] == '\r' && octets[stop - 1] == '\n') {
      stop -= 2;
    }
    return stop;
  }

  /// Index of the first tab, or space before white space or a CR; `end` where there is none. A
  /// space or CR as the last octet is not reported.
  private static int firstSpecial(byte[] octets, int start, int end) {
    int at = start;
    while (true) {
      at = skipPlainWords(octets, at, end);
      int stop = Math.min(at + 32, end);
      for (; at < stop; at++) {
        byte b = octets[at];
        if (b == '\t' || (b == ' ' && at + 1 < end && isSpaceOrCr(octets[at + 1]))) {
          return at;
        }
      }
      if (at >= end) {
        return end;
      }
    }
  }

  /// Skips blocks of 32 octets that surely hold nothing special.
  private static int skipPlainWords(byte[] octets, int start, int end) {
    int at = start;
    // one octet more is needed, to see what follows a space at the end of a block
    for (int last = end - 33; at <= last; at += 32) {
      long found =
          special((long) LONGS.get(octets, at), octets[at + 8])
              | special((long) LONGS.get(octets, at + 8), octets[at + 16])
              | special((long) LONGS.get(octets, at + 16), octets[at + 24])
              | special((long) LONGS.get(octets, at + 24), octets[at + 32]);
      if (found != 0) {
        break;
      }
    }
    return at;
  }

  /// Non-zero where one of eight octets is special; may be non-zero where none is, never the
  /// reverse. In each of the marks below the high bit of an octet speaks for it; a borrow can set
  /// bits too many, which only costs a closer look.
  private static long special(long word, byte next) {
    long ascii = ~word & HIGH;
    long tab = (word - BELOW_TAB_OR_TAB) & ascii;
    long low = (word - BELOW_SPACE_OR_SPACE) & ascii;
    long x = word ^ SPACES;
    long space = (x - ONES) & ~x & HIGH;
    long lowNext = (low >>> 8) | (next <= ' ' ? 1L << 63 : 0);
    return tab | (space & lowNext);
  }

  private static boolean isSpaceOrCr(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  private void releaseSpace() {
    if (space) {
      space = false;
      append((byte) ' ');
    }
  }

  private void append(byte b) {
    releaseLineEnds();
    if (buffered == buffer.length) {
      flush();
    }
    buffer[buffered++] = b;
  }

  private void append(byte[] octets, int offset, int length) {
    if (length == 0) {
      return;
    }
    releaseLineEnds();
    if (length >= SHORT || length > buffer.length - buffered) {
      flush();
    }
    if (length >= SHORT) {
      write(octets, offset, length);
    } else {
      System.arraycopy(octets, offset, buffer, buffered, length);
      buffered += length;
    }
  }

  private void flush() {
    write(buffer, 0, buffered);
    buffered = 0;
  }

  @Override
  void finish() {
    if (cr) {
      releaseSpace();
      append((byte) '\r');
    }
    flush();
    dropLineEnds();
    // RFC 6376, 3.4.4: a CRLF is added to a body that is not empty; an empty one stays empty
    if (!nothingBut()) {
      writeLineEnd();
    }
  }
}
