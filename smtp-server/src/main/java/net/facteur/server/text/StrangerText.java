package net.facteur.server.text;

/// Text that a stranger chose: an address, a reply, a field of a message, a DNS record. It is shown
/// by one of four ways out, each of which knows what its reader would obey.
///
/// Control characters (C0, DEL and C1) move a cursor or recolour a screen; format characters such
/// as U+202E turn the direction of a line around, or cannot be seen; what is no character at all,
/// or one by private agreement only, says nothing to anybody.
///
/// @param raw as it came
public record StrangerText(String raw) {
  /// Characters on a terminal or in a log; what is longer is cut.
  public static final int MAX = 4000;

  /// Octets in a header field.
  public static final int MAX_FIELD = 900;

  private static final char HIDDEN = '?';

  public static StrangerText of(String raw) {
    return new StrangerText(raw);
  }

  /// For people at a terminal, on one line.
  public String onTerminal() {
    return cleaned(raw, MAX);
  }

  /// For people at a terminal, with the line ends and tabs that it has.
  public String onTerminalInLines() {
    var out = new StringBuilder(raw.length());
    raw.codePoints()
        .forEach(c -> out.appendCodePoint(c == '\n' || c == '\t' || suits(c) ? c : HIDDEN));
    return out.toString();
  }

  /// For a log, between quotes: neither ends the line nor the quotes.
  public String inLog() {
    return cleaned(raw, MAX).replace('"', '\'').replace('\\', '/');
  }

  /// For a header field or a line of a report: at most [#MAX_FIELD] octets, without line ends.
  ///
  /// @param utf8 false where only printable ASCII may stand there
  public String inField(boolean utf8) {
    var out = new StringBuilder(Math.min(raw.length(), MAX_FIELD));
    int octets = 0;
    for (int i = 0; i < raw.length() && octets < MAX_FIELD; ) {
      int c = raw.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\t' || c == '\r' || c == '\n') {
        c = ' ';
      } else if ((c >= 0x80 && !utf8) || !suits(c)) {
        c = HIDDEN;
      }
      out.appendCodePoint(c);
      octets += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
    return out.toString();
  }

  /// For JSON that was printed already: what does not suit a terminal is escaped, so that a program
  /// reads the same as before.
  public static String inJson(String json) {
    if (json.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\n')) {
      return json;
    }
    var out = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            c -> {
              if (c == '\n' || suits(c)) {
                out.appendCodePoint(c);
              } else {
                for (char unit : Character.toChars(c)) {
                  out.append(String.format("\\u%04x", (int) unit));
                }
              }
            });
    return out.toString();
  }

  private static String cleaned(String raw, int most) {
    var out = new StringBuilder(Math.min(raw.length(), most));
    raw.codePoints().limit(most).forEach(c -> out.appendCodePoint(suits(c) ? c : HIDDEN));
    return out.toString();
  }

  private static boolean suits(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
