package net.facteur.server.dsn;

/// Text of strangers, made fit to stand in a report.
final class Clean {
  static final int MAX = 900;

  private Clean() {}

  /// One line without control characters, at most `MAX` octets, in printable ASCII unless `utf8`.
  static String line(String text, boolean utf8) {
    var out = new StringBuilder(Math.min(text.length(), MAX));
    int octets = 0;
    for (int i = 0; i < text.length() && octets < MAX; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\t' || c == '\r' || c == '\n') {
        c = ' ';
      } else if (c < ' ' || (c >= 0x7f && c <= 0x9f) || (c >= 0x80 && !utf8) || unsuitable(c)) {
        c = '?';
      }
      out.appendCodePoint(c);
      octets += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
    return out.toString();
  }

  /// What could turn the direction of text around, or is no character.
  private static boolean unsuitable(int c) {
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.PRIVATE_USE
        || type == Character.UNASSIGNED
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
