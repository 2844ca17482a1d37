package net.facteur.server.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import net.facteur.auth.syntax.Ascii;

/// Unstructured header text that is not ASCII.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2047#section-2 RFC 2047, section 2: Syntax of
///   encoded-words
public final class EncodedWords {
  /// An encoded-word has at most 75 characters: 45 octets make 60 of base64, and 12 stand around.
  private static final int MAX_OCTETS = 45;

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

  private static void word(StringBuilder out, StringBuilder word) {
    out.append(out.isEmpty() ? "" : "\r\n ")
        .append("=?UTF-8?B?")
        .append(Base64.getEncoder().encodeToString(word.toString().getBytes(UTF_8)))
        .append("?=");
    word.setLength(0);
  }
}
