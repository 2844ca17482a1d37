package net.facteur.auth.dkim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;

/// A message in memory, cut at its empty line.
record Eml(MessageHeader header, byte[] body) {

  static Eml of(String text) {
    return of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static Eml of(byte[] octets) {
    for (int i = 0; i + 1 < octets.length; i++) {
      boolean atLineStart = i == 0 || (octets[i - 1] == '\n' && i >= 2 && octets[i - 2] == '\r');
      if (atLineStart && octets[i] == '\r' && octets[i + 1] == '\n') {
        return new Eml(
            MessageHeader.parse(Arrays.copyOf(octets, i)),
            Arrays.copyOfRange(octets, i + 2, octets.length));
      }
    }
    return new Eml(MessageHeader.parse(octets), new byte[0]);
  }

  /// A file whose lines may end in LF or CR alone.
  static Eml withLineEnds(byte[] octets) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < octets.length; i++) {
      if (octets[i] == '\n' && (i == 0 || octets[i - 1] != '\r')) {
        out.write('\r');
      }
      out.write(octets[i]);
      if (octets[i] == '\r' && (i + 1 == octets.length || octets[i + 1] != '\n')) {
        out.write('\n');
      }
    }
    return of(out.toByteArray());
  }

  MessageBody stream() {
    return MessageBody.of(body);
  }

  byte[] octets() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(header.octets());
    out.writeBytes(new byte[] {'\r', '\n'});
    out.writeBytes(body);
    return out.toByteArray();
  }
}
