package net.facteur.auth.dkim;

import java.util.Arrays;
import net.facteur.auth.message.HeaderField;

/// A growing run of octets. The caller bounds what it puts in.
final class OctetBuffer {
  private byte[] octets;
  private int size;

  OctetBuffer(int capacity) {
    octets = new byte[Math.max(16, capacity)];
  }

  void put(byte b) {
    if (size == octets.length) {
      octets = Arrays.copyOf(octets, size * 2);
    }
    octets[size++] = b;
  }

  void put(byte[] from, int start, int end) {
    makeRoom(end - start);
    System.arraycopy(from, start, octets, size, end - start);
    size += end - start;
  }

  void put(HeaderField from, int start, int end) {
    makeRoom(end - start);
    from.copy(start, end, octets, size);
    size += end - start;
  }

  private void makeRoom(int length) {
    if (length > octets.length - size) {
      octets = Arrays.copyOf(octets, Math.max(size * 2, size + length));
    }
  }

  byte[] toArray() {
    return Arrays.copyOf(octets, size);
  }
}
