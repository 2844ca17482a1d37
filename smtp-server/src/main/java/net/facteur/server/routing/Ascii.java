package net.facteur.server.routing;

/// Case folding of the 26 letters and nothing else, so that lengths and meanings stay as they are.
final class Ascii {
  private Ascii() {}

  static String lower(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (isUpper(s.charAt(i))) {
        var out = s.toCharArray();
        for (int j = i; j < out.length; j++) {
          out[j] = isUpper(out[j]) ? (char) (out[j] + 32) : out[j];
        }
        return new String(out);
      }
    }
    return s;
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  /// The number that `digits` writes, or -1 where it is no decimal number up to `max`.
  static int decimal(String digits, int max) {
    if (digits.isEmpty() || digits.length() > 9) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value <= max ? value : -1;
  }
}
