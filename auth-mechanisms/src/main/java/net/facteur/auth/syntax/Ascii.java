package net.facteur.auth.syntax;

/// Character tests and case folding that know ASCII only, whatever the locale and Unicode say.
///
/// Arguments are `int` so that the -1 of [Scanner#peek()] may be passed; it is in no class.
public final class Ascii {
  private static final String ATEXT_SYMBOLS = "!#$%&'*+-/=?^_`{|}~";

  private Ascii() {}

  /// `DIGIT`, 0 to 9.
  public static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /// `ALPHA`, A to Z in both cases.
  public static boolean isAlpha(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /// `ALPHA / DIGIT`.
  public static boolean isAlnum(int c) {
    return isAlpha(c) || isDigit(c);
  }

  /// `atext` of an address.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3 RFC 5322, section 3.2.3: Atom
  public static boolean isAtext(int c) {
    return isAlnum(c) || ATEXT_SYMBOLS.indexOf(c) >= 0;
  }

  /// `atext` with what RFC 6532 adds: every character past ASCII, and every octet of its UTF-8.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6532#section-3.2 RFC 6532, section 3.2: Syntax
  ///   Extensions to RFC 5322
  public static boolean isUtf8Atext(int c) {
    return c >= 0x80 || isAtext(c);
  }

  /// `HEXDIG` in both cases.
  public static boolean isHex(int c) {
    return hexValue(c) >= 0;
  }

  /// `WSP`, space or tab.
  public static boolean isWsp(int c) {
    return c == ' ' || c == '\t';
  }

  /// `VCHAR`, the visible characters, without space.
  public static boolean isVisible(int c) {
    return c > ' ' && c < 0x7f;
  }

  /// `CTL`, below space or DEL.
  public static boolean isControl(int c) {
    return (c >= 0 && c < ' ') || c == 0x7f;
  }

  /// True where a character is `CTL`.
  public static boolean hasControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /// The value of a hexadecimal digit, or -1.
  public static int hexValue(int c) {
    if (isDigit(c)) {
      return c - '0';
    }
    int lower = lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /// The lower case of A to Z; everything else as it is.
  public static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  /// `text` with A to Z in lower case and nothing else changed.
  public static String lower(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (lower(text.charAt(i)) != text.charAt(i)) {
        return lowerFrom(text, i);
      }
    }
    return text;
  }

  private static String lowerFrom(String text, int first) {
    char[] out = text.toCharArray();
    for (int i = first; i < out.length; i++) {
      out[i] = (char) lower(out[i]);
    }
    return new String(out);
  }

  /// `text` with a to z in upper case and nothing else changed.
  public static String upper(String text) {
    char[] out = text.toCharArray();
    for (int i = 0; i < out.length; i++) {
      if (out[i] >= 'a' && out[i] <= 'z') {
        out[i] = (char) (out[i] - 32);
      }
    }
    return new String(out);
  }

  /// True where the two differ in the case of A to Z at most.
  public static boolean equalsIgnoreCase(String a, String b) {
    return a.length() == b.length() && startsWithIgnoreCase(a, b);
  }

  /// True where `text` begins with `prefix` in any ASCII case.
  public static boolean startsWithIgnoreCase(String text, String prefix) {
    return regionMatchesIgnoreCase(text, 0, prefix);
  }

  static boolean regionMatchesIgnoreCase(String text, int from, String other) {
    if (text.length() - from < other.length()) {
      return false;
    }
    for (int i = 0; i < other.length(); i++) {
      if (lower(text.charAt(from + i)) != lower(other.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /// `text` without the `WSP` at both its ends.
  public static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isWsp(text.charAt(start))) {
      start++;
    }
    while (end > start && isWsp(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /// True where every character is below 0x80.
  public static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
