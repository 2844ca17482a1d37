package net.facteur.auth.tlsrpt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;

/// Finds the parts of a mail that may be the report, at most 8 levels deep: in multiparts, and in
/// mails that were forwarded whole. First those of type `application/tlsrpt`, `tlsrpt+gzip` or
/// `tlsrpt+json`, then every other that is no text to read: reporters and the gateways on the way
/// write `application/gzip`, `octet-stream`, `json` or `zip` as well.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2046#section-5.1 RFC 2046, section 5.1: Multipart Media
///   Type
final class ReportPart {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_PARTS = 100;

  /// Parts that are decoded and looked into.
  private static final int MAX_CANDIDATES = 20;

  private static final String TYPE = "application/tlsrpt";

  private int partsLeft = MAX_PARTS;
  private final List<Part> named = new ArrayList<>();
  private final List<Part> others = new ArrayList<>();

  private ReportPart() {}

  /// A part without its transfer encoding.
  ///
  /// @param called the mail calls it a report
  record Part(byte[] octets, boolean called) {}

  /// The parts to look into, the likeliest first.
  static List<Part> find(byte[] mail) {
    var found = new ReportPart();
    found.in(new String(mail, StandardCharsets.ISO_8859_1), 0);
    return Stream.concat(found.named.stream(), found.others.stream())
        .limit(MAX_CANDIDATES)
        .toList();
  }

  private void in(String entity, int depth) {
    int end = headerEnd(entity);
    // mail that was saved in a file may have lost its CRs
    String lines = entity.substring(0, end).replace("\r\n", "\n").replace("\n", "\r\n");
    MessageHeader header = MessageHeader.parse(lines.getBytes(StandardCharsets.ISO_8859_1));
    String written = field(header, "Content-Type");
    String type = Ascii.lower(written);
    String body = entity.substring(end);
    String encoding = Ascii.lower(field(header, "Content-Transfer-Encoding"));
    if (type.startsWith("multipart/")) {
      if (depth < MAX_DEPTH) {
        boundary(written).ifPresent(boundary -> inParts(body, boundary, depth));
      }
    } else if (type.startsWith("message/rfc822") || type.startsWith("message/global")) {
      if (depth < MAX_DEPTH) {
        decoded(body, encoding)
            .ifPresent(mail -> in(new String(mail, StandardCharsets.ISO_8859_1), depth + 1));
      }
    } else if (type.startsWith(TYPE)) {
      add(named, body, encoding, true);
    } else if (!isText(type) || isFile(type + Ascii.lower(field(header, "Content-Disposition")))) {
      add(others, body, encoding, false);
    }
  }

  private static void add(List<Part> parts, String body, String encoding, boolean called) {
    if (parts.size() < MAX_CANDIDATES) {
      decoded(body, encoding).ifPresent(octets -> parts.add(new Part(octets, called)));
    }
  }

  /// A part without a type is text (RFC 2045, section 5.2).
  private static boolean isText(String type) {
    return type.isEmpty() || type.startsWith("text/");
  }

  /// The name that a part has as a file says that it is no text to read.
  private static boolean isFile(String parameters) {
    return parameters.contains(".json")
        || parameters.contains(".gz")
        || parameters.contains(".zip");
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

  private void inParts(String body, String boundary, int depth) {
    String mark = "--" + boundary;
    int at = delimiter(body, mark, 0);
    while (at >= 0 && partsLeft-- > 0) {
      int start = body.indexOf('\n', at);
      if (start < 0 || body.startsWith("--", at + mark.length())) {
        return;
      }
      int next = delimiter(body, mark, start);
      in(body.substring(start + 1, next < 0 ? body.length() : next), depth + 1);
      at = next;
    }
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
    if (encoding.startsWith("base64")) {
      return base64(body);
    }
    return Optional.of(
        encoding.startsWith("quoted-printable")
            ? quotedPrintable(body)
            : body.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Optional<byte[]> base64(String body) {
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

  /// RFC 2045, section 6.7. An equals sign with anything but two hexadecimal digits or a line end
  /// behind it stays.
  private static byte[] quotedPrintable(String body) {
    var out = new ByteArrayOutputStream(body.length());
    int at = 0;
    while (at < body.length()) {
      char c = body.charAt(at++);
      if (c != '=') {
        out.write(c);
      } else if (body.startsWith("\r\n", at)) {
        at += 2;
      } else if (body.startsWith("\n", at)) {
        at++;
      } else if (at + 2 <= body.length()
          && Ascii.isHex(body.charAt(at))
          && Ascii.isHex(body.charAt(at + 1))) {
        out.write(Integer.parseInt(body, at, at + 2, 16));
        at += 2;
      } else {
        out.write(c);
      }
    }
    return out.toByteArray();
  }
}
