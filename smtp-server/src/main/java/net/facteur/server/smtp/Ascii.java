package net.facteur.server.smtp;

/// Case and digits of ASCII only, whatever the locale.
final class Ascii {
  private Ascii() {}

  static String upper(String s) {
    var out = new StringBuilder(s);
    for (int i = 0; i < out.length(); i++) {
      char c = out.charAt(i);
      if (c >= 'a' && c <= 'z') {
        out.setCharAt(i, (char) (c - 32));
      }
    }
    return out.toString();
  }

  /// A decimal number of 1 to 20 digits; those past the range of `long` are its maximum.
  ///
  /// @return -1 where it is none
  static long number(String s) {
    if (s.isEmpty() || s.length() > 20) {
      return -1;
    }
    long n = 0;
    for (int i = 0; i < s.length(); i++) {
      int digit = s.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      n = n > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : n * 10 + digit;
    }
    return n;
  }

  /// True where a control character of ASCII other than those in `but` is in the text.
  static boolean hasControl(String s, String but) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if ((c < ' ' || c == 0x7f) && but.indexOf(c) < 0) {
        return true;
      }
    }
    return false;
  }

  static boolean only(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (s.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
