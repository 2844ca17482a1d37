package net.facteur.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Lines of a dialog, one `char` an octet.
final class Lines {
  private Lines() {}

  /// A line with its end; empty at the end of the stream.
  static String read(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      line.write(octet);
      if (octet == '\n') {
        return line.toString(StandardCharsets.ISO_8859_1);
      }
    }
    return "";
  }

  /// Writes a line, or several with CRLF in between.
  static void write(OutputStream out, String text) throws IOException {
    out.write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }
}
