package net.facteur.server.filter.rspamd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.text.StrangerText;

/// An answer to a request of HTTP/1.0: never in chunks, and the connection ends with it.
///
/// @param status three digits
/// @spec https://www.rfc-editor.org/rfc/rfc1945#section-6 RFC 1945, section 6: Response
record HttpAnswer(int status, byte[] body) {
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");
  private static final int SHOWN = 80;

  /// The body of a 200.
  ///
  /// @throws IOException if it is another
  byte[] good() throws IOException {
    if (status != 200) {
      throw new IOException("it answers " + status + " " + shown(body));
    }
    return body;
  }

  /// @param all what was said until the other side hung up
  /// @throws IOException if it is no answer as a whole
  static HttpAnswer read(byte[] all) throws IOException {
    int end = end(all);
    if (end < 0) {
      throw new IOException(
          all.length == 0 ? "it hangs up without an answer" : "it does not speak HTTP");
    }
    String[] lines = new String(all, 0, end, ISO_8859_1).split("\r\n", -1);
    Matcher status = STATUS_LINE.matcher(lines[0]);
    if (!status.matches()) {
      throw new IOException("it does not speak HTTP");
    }
    byte[] body = Arrays.copyOfRange(all, end + 4, all.length);
    Optional<String> length =
        Arrays.stream(lines)
            .skip(1)
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
            .map(line -> line.substring("content-length:".length()).strip())
            .findFirst();
    if (length.isPresent() && !length.get().equals(Integer.toString(body.length))) {
      throw new IOException("its answer is cut short");
    }
    return new HttpAnswer(Integer.parseInt(status.group(1)), body);
  }

  private static int end(byte[] all) {
    for (int i = 0; i + 3 < all.length; i++) {
      if (all[i] == '\r' && all[i + 1] == '\n' && all[i + 2] == '\r' && all[i + 3] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /// The beginning of a body, for people.
  static String shown(byte[] body) {
    String text = new String(body, 0, Math.min(body.length, SHOWN), ISO_8859_1);
    return StrangerText.of(text.strip()).inLog();
  }
}
