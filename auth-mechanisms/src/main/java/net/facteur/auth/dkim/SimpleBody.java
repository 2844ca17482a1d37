package net.facteur.auth.dkim;

import net.facteur.auth.message.OctetSink;

/// The `simple` form: the body as it stands, with exactly one CRLF at its end.
final class SimpleBody extends BodyCanonicalizer {
  private static final byte[] CR = {'\r'};

  /// The last chunk ended in a CR; whether it ends a line the next octet tells.
  private boolean cr;

  SimpleBody(OctetSink sink) {
    super(sink);
  }

  @Override
  void update(byte[] octets, int offset, int length) {
    int start = offset;
    int end = offset + length;
    if (cr && start < end) {
      cr = false;
      if (octets[start] == '\n') {
        start++;
        holdLineEnds(1);
      } else {
        writeCr();
      }
    }
    int stop = end;
    boolean endsInCr = stop > start && octets[stop - 1] == '\r';
    if (endsInCr) {
      stop--;
    }
    // only the chunk's tail can be empty lines at the end, so only the tail is looked at
    long held = 0;
    while (stop - start >= 2 && octets[stop - 2] == '\r' && octets[stop - 1] == '\n') {
      stop -= 2;
      held++;
    }
    if (stop > start) {
      releaseLineEnds();
      write(octets, start, stop - start);
    }
    holdLineEnds(held);
    cr |= endsInCr;
  }

  private void writeCr() {
    releaseLineEnds();
    write(CR, 0, 1);
  }

  @Override
  void finish() {
    if (cr) {
      writeCr();
    }
    // RFC 6376, 3.4.3: *CRLF at the end becomes one CRLF, which is added where none stands
    dropLineEnds();
    writeLineEnd();
  }
}
