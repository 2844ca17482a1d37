package net.facteur.server.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Ascii;

/// Unstructured header text that is not ASCII.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2047#section-2 RFC 2047, section 2: Syntax of
///   encoded-words
public final class EncodedWords {
  /// An encoded-word has at most 75 characters: 45 octets make 60 of base64, and 12 stand around.
  private static final int MAX_OCTETS = 45;

  private static final Pattern WORD =
      Pattern.compile(
          "=\\?([A-Za-z0-9_.:-]{1,40})(?:\\*[A-Za-z0-9-]{0,40})?\\?([BbQq])\\?([!->@-~]{0,1000})\\?=");

  private EncodedWords() {}

  /// The text as it stands in a field: itself if it is ASCII, and encoded-words on folded lines
  /// otherwise.
  ///
  /// @param text on one line
  public static String of(String text) {
    if (Ascii.isAscii(text)) {
      return text;
    }
    var out = new StringBuilder();
    var word = new StringBuilder();
    int octets = 0;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      String character = Character.toString(text.codePointAt(at));
      int more = character.getBytes(UTF_8).length;
      // RFC 2047, section 5: each encoded-word MUST encode an integral number of characters
      if (octets + more > MAX_OCTETS) {
        word(out, word);
        octets = 0;
      }
      word.append(character);
      octets += more;
    }
    word(out, word);
    return out.toString();
  }

  /// The text of a field as people read it. What cannot be decoded stays as it is.
  ///
  /// @param field on one line
  public static String decoded(String field) {
    Matcher words = WORD.matcher(field);
    var out = new StringBuilder();
    int end = 0;
    boolean after = false;
    while (words.find()) {
      String between = field.substring(end, words.start());
      // RFC 2047, section 6.2: white space between encoded-words is not shown
      out.append(after && between.isBlank() ? "" : between);
      out.append(decoded(words).orElse(words.group()));
      end = words.end();
      after = true;
    }
    return out.append(field, end, field.length()).toString();
  }

  private static Optional<String> decoded(Matcher word) {
    try {
      Charset charset = Charset.forName(word.group(1));
      byte[] octets =
          word.group(2).equalsIgnoreCase("B")
              ? Base64.getDecoder().decode(word.group(3))
              : quoted(word.group(3));
      return Optional.of(new String(octets, charset));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // no such charset, or no base64
    }
  }

  private static byte[] quoted(String text) {
    var out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '=' && i + 2 < text.length()) {
        out.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else {
        out.write(c == '_' ? ' ' : c);
      }
    }
    return out.toByteArray();
  }

  private static void word(StringBuilder out, StringBuilder word) {
    out.append(out.isEmpty() ? "" : "\r\n ")
        .append("=?UTF-8?B?")
        .append(Base64.getEncoder().encodeToString(word.toString().getBytes(UTF_8)))
        .append("?=");
    word.setLength(0);
  }
}
