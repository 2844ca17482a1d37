package net.facteur.auth.tlsrpt;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;

/// Finds the report in a mail: the first part of type `application/tlsrpt+gzip` or
/// `application/tlsrpt+json`, at the top or in the parts of a multipart, at most 4 levels deep.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2046#section-5.1 RFC 2046, section 5.1: Multipart Media
///   Type
final class ReportPart {
  private static final int MAX_DEPTH = 4;
  private static final int MAX_PARTS = 100;

  private int partsLeft = MAX_PARTS;

  private ReportPart() {}

  static Optional<byte[]> find(byte[] mail) {
    return new ReportPart().in(new String(mail, StandardCharsets.ISO_8859_1), 0);
  }

  private Optional<byte[]> in(String entity, int depth) {
    int end = headerEnd(entity);
    // mail that was saved in a file may have lost its CRs
    String lines = entity.substring(0, end).replace("\r\n", "\n").replace("\n", "\r\n");
    MessageHeader header = MessageHeader.parse(lines.getBytes(StandardCharsets.ISO_8859_1));
    String type = Ascii.lower(field(header, "Content-Type"));
    String body = entity.substring(end);
    if (type.startsWith("application/tlsrpt+")) {
      return decoded(body, Ascii.lower(field(header, "Content-Transfer-Encoding")));
    }
    return type.startsWith("multipart/") && depth < MAX_DEPTH
        ? boundary(field(header, "Content-Type")).flatMap(b -> inParts(body, b, depth))
        : Optional.empty();
  }

  /// The index after the empty line that ends the header.
  private static int headerEnd(String entity) {
    int lf = 0;
    while (lf < entity.length()) {
      int next = entity.indexOf('\n', lf);
      if (next < 0) {
        return entity.length();
      }
      String line = entity.substring(lf, next);
      lf = next + 1;
      if (line.isEmpty() || line.equals("\r")) {
        return lf;
      }
    }
    return entity.length();
  }

  private static String field(MessageHeader header, String name) {
    for (HeaderField field : header.fields()) {
      if (Ascii.equalsIgnoreCase(field.name(), name)) {
        String value = field.unfolded();
        int start = 0;
        while (start < value.length() && value.charAt(start) <= ' ') {
          start++;
        }
        return value.substring(start);
      }
    }
    return "";
  }

  private static Optional<String> boundary(String type) {
    int at = Ascii.lower(type).indexOf("boundary=");
    if (at < 0) {
      return Optional.empty();
    }
    String value = type.substring(at + "boundary=".length());
    if (value.startsWith("\"")) {
      int quote = value.indexOf('"', 1);
      return quote < 2 ? Optional.empty() : Optional.of(value.substring(1, quote));
    }
    int end = 0;
    while (end < value.length() && value.charAt(end) > ' ' && value.charAt(end) != ';') {
      end++;
    }
    return end == 0 ? Optional.empty() : Optional.of(value.substring(0, end));
  }

  private Optional<byte[]> inParts(String body, String boundary, int depth) {
    String mark = "--" + boundary;
    int at = delimiter(body, mark, 0);
    while (at >= 0 && partsLeft-- > 0) {
      int start = body.indexOf('\n', at);
      if (start < 0 || body.startsWith("--", at + mark.length())) {
        return Optional.empty();
      }
      int next = delimiter(body, mark, start);
      Optional<byte[]> found =
          in(body.substring(start + 1, next < 0 ? body.length() : next), depth + 1);
      if (found.isPresent()) {
        return found;
      }
      at = next;
    }
    return Optional.empty();
  }

  /// The next `mark` at the beginning of a line.
  private static int delimiter(String body, String mark, int from) {
    int at = body.indexOf(mark, from);
    while (at > 0 && body.charAt(at - 1) != '\n') {
      at = body.indexOf(mark, at + 1);
    }
    return at;
  }

  private static Optional<byte[]> decoded(String body, String encoding) {
    if (!encoding.startsWith("base64")) {
      return Optional.of(body.getBytes(StandardCharsets.ISO_8859_1));
    }
    var text = new StringBuilder(body.length());
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (Ascii.isAlnum(c) || c == '+' || c == '/') {
        text.append(c);
      } else if (c > ' ' && c != '=') {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(Base64.getDecoder().decode(text.toString()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
