package net.facteur.auth.message;

import java.io.IOException;
import java.io.InputStream;

/// A message body: the octets after the empty line, read as a stream as often as it is opened.
@FunctionalInterface
public interface MessageBody {
  /// A stream at the body's first octet. The caller closes it.
  InputStream open() throws IOException;

  /// A body held in memory.
  ///
  /// @param octets not copied, so it must not change afterwards
  static MessageBody of(byte[] octets) {
    return () -> new java.io.ByteArrayInputStream(octets);
  }
}
