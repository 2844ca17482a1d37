package net.facteur.queue.salvage;

import java.nio.ByteBuffer;

/// Reads integers of one to nine octets, whose high bits say that more follow.
final class Varints {
  private final ByteBuffer octets;
  private int position;
  private boolean sound = true;

  Varints(ByteBuffer octets) {
    this.octets = octets;
  }

  Varints(ByteBuffer octets, int position) {
    this.octets = octets;
    this.position = position;
  }

  /// The next one; 0 behind the end, and [#sound] is false from then on.
  long next() {
    long value = 0;
    for (int i = 0; i < 9; i++) {
      if (position < 0 || position >= octets.limit()) {
        sound = false;
        return 0;
      }
      int octet = octets.get(position++) & 0xff;
      if (i == 8) {
        return value << 8 | octet;
      }
      value = value << 7 | (octet & 0x7f);
      if (octet < 0x80) {
        return value;
      }
    }
    return value;
  }

  int position() {
    return position;
  }

  boolean sound() {
    return sound;
  }
}
