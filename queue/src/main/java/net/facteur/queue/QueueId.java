package net.facteur.queue;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// The name of one accepted message: in its Received field, its log lines, and the queue.
///
/// Sixteen characters of Crockford's base 32 without case: 48 bits of milliseconds, then 32 random
/// bits. Ids sort by the time they were made.
///
/// @param text the sixteen characters
public record QueueId(String text) implements Comparable<QueueId> {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 16;

  public QueueId {
    if (!isQueueId(text)) {
      throw new IllegalArgumentException("no queue id: " + text);
    }
  }

  /// A fresh id for the present moment.
  public static QueueId next(InstantSource clock, RandomGenerator random) {
    long high = clock.millis() & 0xffff_ffff_ffffL;
    long low = random.nextInt() & 0xffff_ffffL;
    var out = new char[LENGTH];
    // 80 bits in 16 digits of 5: the first 9 hold 45 bits of the time, the tenth its last 3 bits.
    for (int i = LENGTH - 1; i >= 0; i--) {
      int fromRight = LENGTH - 1 - i;
      int bit = fromRight * 5;
      long digit;
      if (bit >= 32) {
        digit = high >>> (bit - 32);
      } else {
        digit = low >>> bit;
        if (bit + 5 > 32) {
          digit |= high << (32 - bit);
        }
      }
      out[i] = ALPHABET.charAt((int) (digit & 31));
    }
    return new QueueId(new String(out));
  }

  /// True where `text` has the form of an id.
  public static boolean isQueueId(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (ALPHABET.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return text.length() == LENGTH;
  }

  @Override
  public int compareTo(QueueId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
