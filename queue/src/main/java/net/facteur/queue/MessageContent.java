package net.facteur.queue;

import java.io.IOException;
import java.io.InputStream;

/// A queued message's octets, for a delivery agent to read.
public interface MessageContent {
  /// The header section: every field with its CRLF, then the empty line that ends it. Shared, not
  /// to be changed.
  byte[] header();

  /// Octets after the empty line.
  long bodySize();

  /// A stream at the body's first octet. The caller closes it.
  InputStream openBody() throws IOException;

  /// Octets in all.
  default long size() {
    return header().length + bodySize();
  }
}
