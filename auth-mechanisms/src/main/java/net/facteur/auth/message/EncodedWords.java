package net.facteur.auth.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Ascii;

/// Encoded words, read as leniently as mail programs do: wherever they stand, of any length, within
/// quotes, and damaged. What cannot be decoded stays as it is.
///
/// ```
/// encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="
/// ```
///
/// @spec https://www.rfc-editor.org/rfc/rfc2047#section-2 RFC 2047, section 2: Syntax of
///   encoded-words
public final class EncodedWords {
  // Possessive and without the question mark in between, so that the work is linear.
  private static final Pattern WORD =
      Pattern.compile("=\\?([^?\\s]{1,64}+)\\?([bBqQ])\\?([^?]{0,8192}+)\\?=");

  /// White space between two encoded words is not shown (RFC 2047, section 6.2).
  private static final Pattern BETWEEN = Pattern.compile("\\?=\\s{1,1000}+=\\?");

  private EncodedWords() {}

  /// The text that a reader sees.
  public static String decode(String text) {
    return decode(text, "");
  }

  /// The same where each word is one by itself, whatever stands beside it.
  static String decodeApart(String text) {
    return decode(text, " ");
  }

  private static String decode(String text, String around) {
    if (!text.contains("=?")) {
      return text;
    }
    Matcher word = WORD.matcher(BETWEEN.matcher(text).replaceAll("?==?"));
    return word.replaceAll(found -> Matcher.quoteReplacement(around + decoded(found) + around));
  }

  private static String decoded(MatchResult word) {
    byte[] octets =
        Ascii.equalsIgnoreCase(word.group(2), "b") ? base64(word.group(3)) : q(word.group(3));
    return new String(octets, charset(word.group(1)));
  }

  private static Charset charset(String name) {
    int language = name.indexOf('*'); // RFC 2231, section 5
    try {
      return Charset.forName(language > 0 ? name.substring(0, language) : name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
      return StandardCharsets.UTF_8;
    }
  }

  /// Characters that are none of the alphabet do not count.
  private static byte[] base64(String text) {
    var digits = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Ascii.isAlnum(c) || c == '+' || c == '/') {
        digits.append(c);
      }
    }
    if (digits.length() % 4 == 1) {
      digits.setLength(digits.length() - 1);
    }
    return Base64.getDecoder().decode(digits.toString());
  }

  private static byte[] q(String text) {
    var out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = i + 1 < text.length() ? Ascii.hexValue(text.charAt(i + 1)) : -1;
      int low = i + 2 < text.length() ? Ascii.hexValue(text.charAt(i + 2)) : -1;
      if (c == '=' && high >= 0 && low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.writeBytes((c == '_' ? " " : Character.toString(c)).getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }
}
