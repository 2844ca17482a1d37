package net.facteur.auth.dkim;

import java.util.Arrays;

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
    int length = end - start;
    if (length > octets.length - size) {
      octets = Arrays.copyOf(octets, Math.max(size * 2, size + length));
    }
    System.arraycopy(from, start, octets, size, length);
    size += length;
  }

  byte[] toArray() {
    return Arrays.copyOf(octets, size);
  }
}
