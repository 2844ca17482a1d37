package net.facteur.auth.https;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Scanner;

/// Reads one answer.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112#section-6.3 RFC 9112, section 6.3: Message Body
///   Length
final class HttpsAnswer {
  private static final int MAX_HEAD = 32 << 10;
  private static final int MAX_INTERIM = 4;
  private static final String TRANSFER_ENCODING = "transfer-encoding";
  private static final String CONTENT_LENGTH = "content-length";

  private final InputStream in;
  private final int maxBody;
  private int headLeft = MAX_HEAD;

  HttpsAnswer(InputStream in, int maxBody) {
    this.in = new BufferedInputStream(in, 8192);
    this.maxBody = maxBody;
  }

  private record Head(int status, Map<String, String> fields) {}

  HttpsOutcome read() throws IOException {
    try {
      for (int i = 0; i < MAX_INTERIM; i++) {
        Head head = head();
        if (head.status() >= 200) {
          Optional<byte[]> body = body(head);
          return body.isPresent()
              ? new HttpsOutcome.Answered(
                  head.status(), head.fields().getOrDefault("content-type", ""), body.get())
              : HttpsClient.failed(
                  HttpsOutcome.Cause.SIZE, "the answer has more than " + maxBody + " octets");
        }
      }
      return HttpsClient.failed(HttpsOutcome.Cause.PROTOCOL, "too many interim answers");
    } catch (NotHttp e) {
      return HttpsClient.failed(HttpsOutcome.Cause.PROTOCOL, String.valueOf(e.getMessage()));
    } catch (EOFException e) {
      return HttpsClient.failed(HttpsOutcome.Cause.PROTOCOL, "the answer is cut off");
    }
  }

  /// The answer is malformed; only for the way out of the loops here.
  private static final class NotHttp extends IOException {
    private static final long serialVersionUID = 1;

    NotHttp(String message) {
      super(message);
    }
  }

  private Head head() throws IOException {
    var in = new Scanner(line());
    if (!in.take("HTTP/1.") || !Ascii.isDigit(in.next()) || !in.take(' ')) {
      throw new NotHttp("not an HTTP/1.1 answer");
    }
    if (!(in.number(3, 599) instanceof Parsed.Ok<Long>(Long status)) || status < 100) {
      throw new NotHttp("no status code");
    }
    var fields = new HashMap<String, String>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new NotHttp("a header field without a colon");
      }
      String name = Ascii.lower(line.substring(0, colon));
      String value = Ascii.trim(line.substring(colon + 1));
      String before = fields.putIfAbsent(name, value);
      boolean framing = name.equals(CONTENT_LENGTH) || name.equals(TRANSFER_ENCODING);
      if (framing && before != null && !before.equals(value)) {
        throw new NotHttp("two different " + name + " fields");
      }
    }
    return new Head(status.intValue(), fields);
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = octet(); c != '\n'; c = octet()) {
      if (--headLeft < 0) {
        throw new NotHttp("a header of more than 32 KiB");
      }
      line.write(c);
    }
    headLeft--;
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private int octet() throws IOException {
    int c = in.read();
    if (c < 0) {
      throw new EOFException();
    }
    return c;
  }

  /// @return empty where it is too large
  private Optional<byte[]> body(Head head) throws IOException {
    if (head.status() == 204 || head.status() == 304) {
      return Optional.of(new byte[0]);
    }
    String coding = head.fields().get(TRANSFER_ENCODING);
    if (coding != null) {
      if (!Ascii.equalsIgnoreCase(coding, "chunked")) {
        throw new NotHttp("an unknown transfer coding");
      }
      return chunks();
    }
    String length = head.fields().get(CONTENT_LENGTH);
    if (length == null) {
      byte[] octets = in.readNBytes(maxBody + 1);
      return octets.length > maxBody ? Optional.empty() : Optional.of(octets);
    }
    var number = new Scanner(length);
    if (!(number.number(18, Long.MAX_VALUE) instanceof Parsed.Ok<Long>(Long octets))
        || !number.atEnd()) {
      throw new NotHttp("a content-length that is no number");
    }
    return octets > maxBody ? Optional.empty() : Optional.of(exactly(octets.intValue()));
  }

  private byte[] exactly(int length) throws IOException {
    byte[] octets = in.readNBytes(length);
    if (octets.length < length) {
      throw new EOFException();
    }
    return octets;
  }

  private Optional<byte[]> chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      int size = chunkSize();
      if (size == 0) {
        while (!line().isEmpty()) {} // trailers say nothing that counts here
        return Optional.of(body.toByteArray());
      }
      if (size > maxBody - body.size()) {
        return Optional.empty();
      }
      body.writeBytes(exactly(size));
      if (!line().isEmpty()) {
        throw new NotHttp("a chunk that does not end where it says");
      }
    }
  }

  private int chunkSize() throws IOException {
    String line = line();
    int size = 0;
    int digits = 0;
    while (digits < line.length() && Ascii.isHex(line.charAt(digits))) {
      if (digits == 7) {
        throw new NotHttp("a chunk of more than 256 MiB");
      }
      size = size * 16 + Ascii.hexValue(line.charAt(digits++));
    }
    if (digits == 0) {
      throw new NotHttp("a chunk without a size");
    }
    return size;
  }
}
