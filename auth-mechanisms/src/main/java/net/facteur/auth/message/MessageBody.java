package net.facteur.auth.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A message body: the octets after the empty line, read as a stream as often as it is opened.
@FunctionalInterface
public interface MessageBody {
  /// A stream at the body's first octet. The caller closes it.
  InputStream open() throws IOException;

  /// Hands the whole body to `sink`, piece by piece.
  default void read(OctetSink sink) throws IOException {
    var chunk = new byte[8 * 1024];
    try (InputStream in = open()) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        sink.accept(chunk, 0, n);
      }
    }
  }

  /// A body held in memory.
  ///
  /// @param octets not copied, so it must not change afterwards
  static MessageBody of(byte[] octets) {
    return new MessageBody() {
      @Override
      public InputStream open() {
        return new ByteArrayInputStream(octets);
      }

      @Override
      public void read(OctetSink sink) {
        sink.accept(octets, 0, octets.length);
      }
    };
  }
}
