package net.facteur.auth.dkim;

import java.nio.charset.StandardCharsets;
import net.facteur.auth.message.OctetSink;

/// Turns a body, given in chunks of any size, into its canonical form without holding it.
///
/// Empty lines at the end do not count, and nobody knows which are the last until something
/// follows; so they are counted, not kept, and written once something does. CR and LF count only as
/// a pair; alone each is content. Not safe for use by several threads.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.4.3 RFC 6376, section 3.4.3: The "simple"
///   Body Canonicalization Algorithm
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.4.4 RFC 6376, section 3.4.4: The
///   "relaxed" Body Canonicalization Algorithm
abstract sealed class BodyCanonicalizer permits SimpleBody, RelaxedBody {
  private static final byte[] LINE_ENDS = "\r\n".repeat(512).getBytes(StandardCharsets.ISO_8859_1);

  private final OctetSink sink;

  /// Line ends that were read and not yet written.
  private long lineEnds;

  private long written;

  BodyCanonicalizer(OctetSink sink) {
    this.sink = sink;
  }

  static BodyCanonicalizer of(Canonicalization.Form form, OctetSink sink) {
    return switch (form) {
      case SIMPLE -> new SimpleBody(sink);
      case RELAXED -> new RelaxedBody(sink);
    };
  }

  /// Takes the next chunk.
  abstract void update(byte[] octets, int offset, int length);

  /// Writes what the end of the body decides. Nothing may be given afterwards.
  abstract void finish();

  /// Octets of the canonical form so far.
  final long written() {
    return written;
  }

  final void holdLineEnds(long count) {
    lineEnds += count;
  }

  final long heldLineEnds() {
    return lineEnds;
  }

  final void dropLineEnds() {
    lineEnds = 0;
  }

  final void releaseLineEnds() {
    while (lineEnds > 0) {
      int now = (int) Math.min(lineEnds, LINE_ENDS.length / 2);
      write(LINE_ENDS, 0, now * 2);
      lineEnds -= now;
    }
  }

  final void writeLineEnd() {
    write(LINE_ENDS, 0, 2);
  }

  final void write(byte[] octets, int offset, int length) {
    if (length > 0) {
      written += length;
      sink.accept(octets, offset, length);
    }
  }
}
