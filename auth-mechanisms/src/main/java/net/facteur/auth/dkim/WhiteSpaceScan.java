package net.facteur.auth.dkim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds the white space that the `relaxed` body form may have to change: a tab, or a space that
/// white space or CR follows.
///
/// Eight octets are looked at together as one `long`, and in long stretches of plain text a block
/// of them without a branch, a loop that the compiler turns into vector instructions.
final class WhiteSpaceScan {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final long SPACES = ONES * ' ';
  private static final long ABOVE_TAB = ONES * ('\t' + 1);

  /// The bits that neither a space nor a tab nor CR has in which it differs from a space.
  private static final long NOT_AFTER_SPACE = ONES * (0xff & ~((' ' ^ '\t') | (' ' ^ '\r')));

  /// Octets looked at a word at a time after a place was found, since another may be near.
  private static final int NEAR = 256;

  /// Octets of a block.
  private static final int BLOCK = 1024;

  private WhiteSpaceScan() {}

  /// The first place from `from` on and before `last`, or `last` where there is none.
  ///
  /// @param last index of an octet of the array, which is looked at as what follows the others
  static int next(byte[] octets, int from, int last) {
    int at = from;
    int stop = Math.min(from + NEAR, last);
    while (true) {
      at = word(octets, at, stop, last);
      if (at < stop || stop == last) {
        return Math.min(at, last);
      }
      while (at + BLOCK <= last && isPlain(octets, at)) {
        at += BLOCK;
      }
      stop = Math.min(at + BLOCK, last);
    }
  }

  /// Looks at one word after the other; those that begin before `stop` are looked at whole.
  ///
  /// @return the place found, or at least `stop`
  private static int word(byte[] octets, int from, int stop, int last) {
    int at = from;
    int lastWord = last - Long.BYTES;
    for (; at < stop && at <= lastWord; at += Long.BYTES) {
      for (long marks = marks(octets, at) & HIGH; marks != 0; marks &= marks - 1) {
        int candidate = at + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
        if (matters(octets, candidate)) {
          return candidate;
        }
      }
    }
    while (at < stop && !matters(octets, at)) {
      at++;
    }
    return at;
  }

  private static boolean matters(byte[] octets, int at) {
    byte b = octets[at];
    if (b != ' ') {
      return b == '\t';
    }
    byte next = octets[at + 1];
    return next == ' ' || next == '\t' || next == '\r';
  }

  private static boolean isPlain(byte[] octets, int from) {
    long marks = 0;
    for (int i = 0; i < BLOCK / Long.BYTES; i++) {
      marks |= marks(octets, from + i * Long.BYTES);
    }
    return (marks & HIGH) == 0;
  }

  /// The high bit of every octet of a word that may matter, and perhaps of a few more; other bits
  /// mean nothing. The octet after the word is looked at, too.
  private static long marks(byte[] octets, int at) {
    long word = (long) LONGS.get(octets, at);
    long next = (long) LONGS.get(octets, at + 1);
    long x = (word ^ SPACES) | (next & NOT_AFTER_SPACE); // zero: a space before white space or CR
    return ((x - ONES) & ~x) | ((word - ABOVE_TAB) & ~word);
  }
}
