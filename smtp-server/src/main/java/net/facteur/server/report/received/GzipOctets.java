package net.facteur.server.report.received;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/// What gzip holds, one member after the other. The reader of the JDK calls itself at each member
/// that is empty, so that a mail of some of them would use up the stack.
///
/// What stands behind the last member is passed over.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1952#section-2 RFC 1952, section 2: File Format
final class GzipOctets extends InputStream {
  private static final int MAX_MEMBERS = 1_000;
  private static final int DEFLATE = 8;
  private static final int FHCRC = 2;
  private static final int FEXTRA = 4;
  private static final int FNAME = 8;
  private static final int FCOMMENT = 16;

  private final byte[] octets;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private int at;
  private int members;
  private boolean ended;

  /// @throws IOException where the first header is none
  GzipOctets(byte[] octets) throws IOException {
    this.octets = octets;
    try {
      member();
    } catch (IOException e) {
      inflater.end();
      throw e;
    }
  }

  private int next() throws EOFException {
    if (at >= octets.length) {
      throw new EOFException("gzip ends early");
    }
    return octets[at++] & 0xff;
  }

  private long number(int length) throws EOFException {
    long number = 0;
    for (int i = 0; i < length; i++) {
      number |= (long) next() << (8 * i);
    }
    return number;
  }

  private void passOver(long count) throws EOFException {
    if (count > octets.length - at) {
      throw new EOFException("gzip ends early");
    }
    at += (int) count;
  }

  private void skipText() throws EOFException {
    while (next() != 0) {}
  }

  private boolean begins() {
    return octets.length - at >= 2 && octets[at] == 0x1f && octets[at + 1] == (byte) 0x8b;
  }

  private void member() throws IOException {
    if (!begins()) {
      throw new ZipException("no gzip");
    }
    if (++members > MAX_MEMBERS) {
      throw new ZipException("more than " + MAX_MEMBERS + " members");
    }
    at += 2;
    if (next() != DEFLATE) {
      throw new ZipException("no deflate");
    }
    int flags = next();
    passOver(6); // the time, the effort, the system
    if ((flags & FEXTRA) != 0) {
      passOver(number(2));
    }
    if ((flags & FNAME) != 0) {
      skipText();
    }
    if ((flags & FCOMMENT) != 0) {
      skipText();
    }
    if ((flags & FHCRC) != 0) {
      passOver(2);
    }
    crc.reset();
    inflater.reset();
    inflater.setInput(octets, at, octets.length - at);
  }

  private void memberEnds() throws IOException {
    at = octets.length - inflater.getRemaining();
    if (number(4) != crc.getValue() || number(4) != (inflater.getBytesWritten() & 0xffffffffL)) {
      throw new ZipException("the sum or the length is wrong");
    }
    if (begins()) {
      member();
    } else {
      ended = true;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    while (length > 0 && !ended) {
      int count;
      try {
        count = inflater.inflate(buffer, offset, length);
      } catch (DataFormatException e) {
        throw new ZipException(e.getMessage());
      }
      if (count > 0) {
        crc.update(buffer, offset, count);
        return count;
      }
      if (inflater.finished()) {
        memberEnds();
      } else {
        throw new EOFException("gzip ends early");
      }
    }
    return length == 0 ? 0 : -1;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
