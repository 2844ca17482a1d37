package net.facteur.server.lists.moving;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import net.facteur.auth.syntax.Utf8;

/// The text of one Python string while it is read. In a string of octets, `\xc3\xa9` is one letter
/// in UTF-8, and `\xe9` the same letter in ISO 8859-1; in a string of characters, `\xe9` is.
final class EscapedText {
  private final boolean unicode;
  private final StringBuilder text = new StringBuilder();
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

  /// @param unicode a string of characters
  EscapedText(boolean unicode) {
    this.unicode = unicode;
  }

  void plain(char c) {
    flush();
    text.append(c);
  }

  /// Reads what follows a backslash.
  ///
  /// @param at index behind the backslash
  /// @return index of what comes next
  int escape(String in, int at) {
    if (at >= in.length()) {
      return at;
    }
    char c = in.charAt(at);
    switch (c) {
      case '\n' -> {}
      case 'n' -> plain('\n');
      case 't' -> plain('\t');
      case 'r' -> plain('\r');
      case '\\', '\'', '"' -> plain(c);
      case 'x' -> {
        return coded(in, at + 1, 2, 16, at);
      }
      case 'u' -> {
        return unicode ? coded(in, at + 1, 4, 16, at) : kept(c, at);
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int end = at;
        while (end < in.length() && end < at + 3 && Character.digit(in.charAt(end), 8) >= 0) {
          end++;
        }
        return coded(in, at, end - at, 8, at);
      }
      default -> {
        return kept(c, at);
      }
    }
    return at + 1;
  }

  /// An escape that Python does not know stays as it is.
  private int kept(char c, int at) {
    plain('\\');
    plain(c);
    return at + 1;
  }

  private int coded(String in, int from, int digits, int radix, int at) {
    int end = Math.min(in.length(), from + digits);
    int code = 0;
    for (int i = from; i < end; i++) {
      int digit = Character.digit(in.charAt(i), radix);
      if (digit < 0) {
        return kept(in.charAt(at), at);
      }
      code = code * radix + digit;
    }
    if (unicode || code > 0xff) {
      plain((char) code);
    } else {
      octets.write(code);
    }
    return end;
  }

  private void flush() {
    if (octets.size() > 0) {
      byte[] all = octets.toByteArray();
      text.append(Utf8.decode(all).orElseGet(() -> new String(all, ISO_8859_1)));
      octets.reset();
    }
  }

  String text() {
    flush();
    return text.toString();
  }
}
