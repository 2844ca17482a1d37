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

  /// Octets looked at one by one before a long stretch is tried again.
  private static final int CLOSE = 64;

  /// Held line ends that are put into the buffer; more are written past it.
  private static final int FEW = 8;

  /// Octets that one call may put into the buffer unasked.
  private static final int ROOM = 2 * FEW + 4;

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
      if (!space && !cr) {
        at = stretch(octets, at, end);
      }
      int stop = Math.min(at + CLOSE, end);
      for (; at < stop; at++) {
        octet(octets[at]);
      }
    }
  }

  /// Hands on a stretch from `at` that is canonical as it stands, but for line ends, which may be
  /// the last, and a space or CR at its end, which depend on what follows.
  ///
  /// @return index of the first octet not dealt with
  private int stretch(byte[] octets, int at, int end) {
    int stop = plainEnd(octets, at, end);
    if (stop > at && (octets[stop - 1] == ' ' || octets[stop - 1] == '\r')) {
      stop--;
    }
    int canonical = stop;
    while (canonical - at >= 2 && octets[canonical - 2] == '\r' && octets[canonical - 1] == '\n') {
      canonical -= 2;
    }
    append(octets, at, canonical - at);
    holdLineEnds((stop - canonical) / 2);
    return stop;
  }

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
    if (b == ' ' || b == '\t') {
      space = true;
    } else if (b == '\r') {
      cr = true;
    } else {
      append(b);
    }
  }

  /// Where blocks of 32 octets from `start` on end that hold no tab, and no space with white space
  /// or CR after it.
  private static int plainEnd(byte[] octets, int start, int end) {
    int at = start;
    long carry = 0;
    for (int last = end - 32; at <= last; at += 32) {
      long a = (long) LONGS.get(octets, at);
      long b = (long) LONGS.get(octets, at + 8);
      long c = (long) LONGS.get(octets, at + 16);
      long d = (long) LONGS.get(octets, at + 24);
      long spaceA = spaces(a);
      long spaceB = spaces(b);
      long spaceC = spaces(c);
      long spaceD = spaces(d);
      long found =
          special(a, spaceA << 8 | carry)
              | special(b, spaceB << 8 | spaceA >>> 56)
              | special(c, spaceC << 8 | spaceB >>> 56)
              | special(d, spaceD << 8 | spaceC >>> 56);
      if (found != 0) {
        break;
      }
      carry = spaceD >>> 56;
    }
    return at;
  }

  /// The high bit of every octet that is a space; a borrow can set bits too many, which only costs
  /// a closer look.
  private static long spaces(long word) {
    long x = word ^ SPACES;
    return (x - ONES) & ~x & HIGH;
  }

  /// Non-zero where an octet is a tab, or one that `afterSpace` marks is white space or CR; may be
  /// non-zero elsewhere, never zero there.
  private static long special(long word, long afterSpace) {
    long tab = word - BELOW_TAB_OR_TAB;
    long low = (word - BELOW_SPACE_OR_SPACE) & afterSpace;
    return (tab | low) & ~word & HIGH;
  }

  /// One octet of content, after whatever was held before it.
  private void append(byte b) {
    releaseHeld();
    if (space) {
      space = false;
      buffer[buffered++] = ' ';
    }
    buffer[buffered++] = b;
  }

  /// Writes held line ends, and makes room for a few octets.
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
  }

  private void append(byte[] octets, int offset, int length) {
    if (length == 0) {
      return;
    }
    releaseHeld();
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
