package net.facteur.queue.run;

/// Values in `key=value` log lines, so that nothing a stranger sends can pretend to be another
/// field or line.
final class LogText {
  private static final int LONGEST = 400;

  private LogText() {}

  /// The value as it may stand after `=`: in double quotes where it is empty or has a space, quote
  /// or equals sign; control and invisible characters as `?`; cut after 400 characters.
  static String value(String text) {
    var out = new StringBuilder(text.length() + 2);
    boolean quoted = text.isEmpty();
    int end = Math.min(text.length(), LONGEST);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
        quoted = true;
      } else if (isInvisible(c)) {
        out.append('?');
      } else {
        quoted |= c == ' ' || c == '=';
        out.append(c);
      }
    }
    if (end < text.length()) {
      out.append("...");
    }
    return quoted ? "\"" + out + "\"" : out.toString();
  }

  private static boolean isInvisible(char c) {
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.UNASSIGNED;
  }
}
