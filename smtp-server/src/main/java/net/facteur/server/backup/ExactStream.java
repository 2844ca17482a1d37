package net.facteur.server.backup;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// So many octets of a stream, and their hash: a file may grow while it is read, and one that
/// becomes shorter is filled up with zeros.
final class ExactStream extends InputStream {
  private final InputStream in;
  private final MessageDigest digest = sha256();
  private long left;

  ExactStream(InputStream in, long size) {
    this.in = in;
    this.left = size;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] octets, int from, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int n = in.read(octets, from, (int) Math.min(left, length));
    if (n < 0) {
      n = (int) Math.min(left, length);
      Arrays.fill(octets, from, from + n, (byte) 0);
    }
    digest.update(octets, from, n);
    left -= n;
    return n;
  }

  /// SHA-256 of all that was read, in hexadecimal. Once.
  String hash() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
