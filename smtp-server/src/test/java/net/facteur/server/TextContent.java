package net.facteur.server;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import net.facteur.queue.MessageContent;

/// A message whose octets are given as one `char` each.
///
/// @param fields the header section with its final empty line
public record TextContent(String fields, String body) implements MessageContent {
  @Override
  public byte[] header() {
    return fields.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public long bodySize() {
    return body.length();
  }

  @Override
  public InputStream openBody() {
    return new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1));
  }
}
