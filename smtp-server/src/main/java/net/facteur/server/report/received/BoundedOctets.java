package net.facteur.server.report.received;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// What is unpacked, as far as it is within bounds.
final class BoundedOctets extends FilterInputStream {
  private final ReadingBudget budget;
  private long left;
  private boolean exceeded;

  /// @param packed octets of the archive, to which what comes out of it has to be in proportion
  BoundedOctets(InputStream in, ReadingBudget budget, long packed) {
    super(in);
    this.budget = budget;
    this.left = ReadingBudget.unpacked(packed);
  }

  /// True where there was more.
  boolean exceeded() {
    return exceeded;
  }

  private void take(int octets) throws IOException {
    left -= octets;
    if (left < 0 || !budget.take(octets)) {
      exceeded = true;
      throw new IOException("too much is packed here");
    }
  }

  @Override
  public int read() throws IOException {
    int octet = super.read();
    if (octet >= 0) {
      take(1);
    }
    return octet;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int octets = super.read(buffer, offset, Math.min(length, 64 << 10));
    if (octets > 0) {
      take(octets);
    }
    return octets;
  }

  @Override
  public long skip(long count) {
    throw new UnsupportedOperationException("nothing is passed over uncounted");
  }

  /// The archive goes on behind what a parser thinks is all.
  @Override
  public void close() {}

  @Override
  public boolean markSupported() {
    return false;
  }
}
