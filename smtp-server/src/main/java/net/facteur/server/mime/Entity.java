package net.facteur.server.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;

/// A message or a part of one with everything that stands in it, for readers of small messages such
/// as reports, who have to look at several parts together. Whoever only passes through a message
/// uses [EntityWalk], which keeps nothing.
///
/// What is broken is content: a multipart without a delimiter has no parts, an encoding that cannot
/// be undone stays.
///
/// @param content as it stands, one character for each octet; empty where there are parts
/// @param parts those of a multipart, or the one message within
/// @spec https://www.rfc-editor.org/rfc/rfc2046#section-5.1 RFC 2046, section 5.1: Multipart Media
///   Type
public record Entity(MessageHeader header, ContentType type, String content, List<Entity> parts) {
  private static final int MAX_DEPTH = 10;
  private static final int MAX_PARTS = 100;
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([A-Za-z0-9_.:-]{1,40})", Pattern.CASE_INSENSITIVE);

  public Entity {
    parts = List.copyOf(parts);
  }

  /// Reads a message.
  ///
  /// @param body in memory, so of a size that the caller bounds
  public static Entity of(MessageHeader header, byte[] body) {
    return of(header, new String(body, ISO_8859_1), MAX_DEPTH);
  }

  /// Reads a whole message, the header first.
  public static Entity parse(byte[] message) {
    return whole(new String(message, ISO_8859_1), MAX_DEPTH);
  }

  private static Entity whole(String text, int depth) {
    int end = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n");
    String header = end < 0 ? text : text.substring(0, end + 2);
    int body = end < 0 ? text.length() : end == 0 ? 2 : end + 4;
    return of(
        MessageHeader.parse(header.getBytes(ISO_8859_1)),
        text.substring(Math.min(body, text.length())),
        depth);
  }

  private static Entity of(MessageHeader header, String content, int depth) {
    ContentType type = ContentType.of(header);
    if (depth > 0 && type.isMultipart() && type.boundary().isPresent()) {
      List<Entity> parts = parts(content, type.boundary().get(), depth - 1);
      if (!parts.isEmpty()) {
        return new Entity(header, type, "", parts);
      }
    }
    if (depth > 0 && type.isMessage()) {
      String text = type.isIdentity() ? content : decoded(content, type, ISO_8859_1);
      return new Entity(header, type, "", List.of(whole(text, depth - 1)));
    }
    return new Entity(header, type, content, List.of());
  }

  private static List<Entity> parts(String content, String boundary, int depth) {
    String delimiter = "--" + boundary;
    var parts = new ArrayList<Entity>();
    int begin = -1;
    for (int line = 0; line < content.length() && parts.size() < MAX_PARTS; ) {
      int next = content.indexOf('\n', line);
      int end = next < 0 ? content.length() : next;
      if (content.startsWith(delimiter, line)) {
        String rest = content.substring(line + delimiter.length(), end).stripTrailing();
        if (rest.isEmpty() || rest.equals("--")) {
          if (begin >= 0) {
            // The line end before a delimiter is part of it.
            int stop = Math.max(begin, content.startsWith("\r\n", line - 2) ? line - 2 : line);
            parts.add(whole(content.substring(begin, stop), depth));
          }
          begin = next < 0 ? content.length() : next + 1;
          if (!rest.isEmpty()) {
            return parts;
          }
        }
      }
      line = end + 1;
    }
    if (begin >= 0 && begin < content.length() && parts.size() < MAX_PARTS) {
      parts.add(whole(content.substring(begin), depth)); // cut off before its end
    }
    return parts;
  }

  /// Itself and all parts below, in their order.
  public Stream<Entity> all() {
    return Stream.concat(Stream.of(this), parts.stream().flatMap(Entity::all));
  }

  /// Itself and the parts below, but none of a message within.
  public Stream<Entity> own() {
    return Stream.concat(
        Stream.of(this), type.isMessage() ? Stream.empty() : parts.stream().flatMap(Entity::own));
  }

  /// The content as people read it: without its transfer encoding, in its charset, each line ending
  /// with LF.
  public String text() {
    return decoded(content, type, charset()).replace("\r\n", "\n").replace('\r', '\n');
  }

  private Charset charset() {
    Optional<String> name =
        header
            .first("Content-Type")
            .map(HeaderField::unfolded)
            .map(CHARSET::matcher)
            .filter(Matcher::find)
            .map(found -> Ascii.lower(found.group(1)));
    try {
      return name.map(Charset::forName)
          .filter(charset -> !charset.equals(US_ASCII))
          .orElse(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return ISO_8859_1; // no such charset
    }
  }

  private static String decoded(String content, ContentType type, Charset charset) {
    return switch (type.encoding()) {
      case "base64" -> new String(base64(content), charset);
      case "quoted-printable" -> new String(quotedPrintable(content), charset);
      default -> new String(content.getBytes(ISO_8859_1), charset);
    };
  }

  private static byte[] base64(String content) {
    try {
      return Base64.getMimeDecoder().decode(content);
    } catch (IllegalArgumentException _) {
      return content.getBytes(ISO_8859_1);
    }
  }

  /// @spec https://www.rfc-editor.org/rfc/rfc2045#section-6.7 RFC 2045, section 6.7
  private static byte[] quotedPrintable(String content) {
    var out = new ByteArrayOutputStream(content.length());
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (c != '=') {
        out.write(c);
        continue;
      }
      int high = i + 1 < content.length() ? Ascii.hexValue(content.charAt(i + 1)) : -1;
      int low = i + 2 < content.length() ? Ascii.hexValue(content.charAt(i + 2)) : -1;
      if (high >= 0 && low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else if (content.startsWith("\r\n", i + 1)) {
        i += 2; // a soft line break
      } else {
        out.write(c);
      }
    }
    return out.toByteArray();
  }
}
