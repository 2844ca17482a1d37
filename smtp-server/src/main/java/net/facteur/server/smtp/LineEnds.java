package net.facteur.server.smtp;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Makes CRLF of every LF that comes alone, and finds what no mail may hold: a CR on its own, and
/// NUL. For known clients, which write files as their system keeps them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5322#section-2.3 RFC 5322, section 2.3: Body
final class LineEnds {
  private static final byte[] CRLF = {'\r', '\n'};

  /// What was found.
  enum Fault {
    NONE,
    BARE_CR,
    NUL
  }

  private boolean afterCr;

  /// Hands on all remaining octets.
  ///
  /// @return what is wrong with them; nothing more may be taken then
  Fault take(ByteBuffer octets, Consumer<ByteBuffer> to) {
    int limit = octets.limit();
    int start = octets.position();
    for (int at = start; at < limit; at++) {
      byte octet = octets.get(at);
      if (octet > '\r' || octet < 0) {
        if (afterCr) {
          return Fault.BARE_CR;
        }
      } else if (octet == '\n') {
        if (!afterCr) {
          hand(octets, start, at, to);
          to.accept(ByteBuffer.wrap(CRLF));
          start = at + 1;
        }
        afterCr = false;
      } else if (afterCr) {
        return Fault.BARE_CR;
      } else if (octet == '\r') {
        afterCr = true;
      } else if (octet == 0) {
        return Fault.NUL;
      }
    }
    hand(octets, start, limit, to);
    octets.position(limit);
    return Fault.NONE;
  }

  /// No octets follow.
  Fault end() {
    return afterCr ? Fault.BARE_CR : Fault.NONE;
  }

  private static void hand(ByteBuffer octets, int from, int to, Consumer<ByteBuffer> receiver) {
    if (to > from) {
      receiver.accept(octets.slice(from, to - from));
    }
  }
}
