package net.facteur.server.submission;

import java.util.Optional;
import java.util.Set;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Ascii;

/// Folds header lines that are too long to travel, where that changes nothing but white space.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1 RFC 5322, section 2.1.1: Line Length
///   Limits
final class Folding {
  /// Octets of a line without its CRLF.
  static final int MAX_LINE = 998;

  private static final int WANTED_LINE = 78;

  /// Fields of addresses and message ids: white space may be put between their elements.
  private static final Set<String> LISTS =
      Set.of(
          "from",
          "sender",
          "reply-to",
          "to",
          "cc",
          "resent-from",
          "resent-sender",
          "resent-to",
          "resent-cc",
          "references",
          "in-reply-to");

  private Folding() {}

  static boolean fits(HeaderField field) {
    int start = 0;
    for (int i = 0; i < field.length(); i++) {
      if (field.octet(i) == '\n') {
        if (i - start > MAX_LINE + 1) {
          return false;
        }
        start = i + 1;
      }
    }
    return field.length() - start <= MAX_LINE;
  }

  /// The field with lines that fit; empty where a line has no place to be folded at.
  static Optional<HeaderField> fold(HeaderField field) {
    String name = field.name();
    boolean list = LISTS.contains(Ascii.lower(name));
    var out = new StringBuilder();
    int indent = name.length() + 1;
    for (String line : field.value().split("\r\n", -1)) {
      if (!out.isEmpty()) {
        out.append("\r\n");
      }
      if (indent + line.length() <= MAX_LINE) {
        out.append(line);
      } else if (!fold(line, indent, list, out)) {
        return Optional.empty();
      }
      indent = 0;
    }
    return Optional.of(HeaderField.of(name, out.toString()));
  }

  /// Breaks at the last place before a line gets wider than wanted, or at the next one.
  private static boolean fold(String line, int indent, boolean list, StringBuilder out) {
    int visibleEnd = line.stripTrailing().length();
    int start = 0;
    int used = indent;
    int best = -1;
    boolean quoted = false;
    for (int i = 1; i <= line.length(); i++) {
      char before = line.charAt(i - 1);
      quoted ^= before == '"' && (i < 2 || line.charAt(i - 2) != '\\');
      boolean end = i == line.length();
      if (!end && (i >= visibleEnd || !mayBreak(line, i, list && !quoted))) {
        continue;
      }
      if (used + i - start > WANTED_LINE && best > start) {
        if (used + best - start > MAX_LINE) {
          return false;
        }
        append(line, start, best, out);
        start = best;
        used = 0;
      }
      best = i;
    }
    append(line, start, line.length(), out);
    return used + line.length() - start < MAX_LINE;
  }

  /// Each piece but the first begins with white space.
  private static void append(String line, int from, int to, StringBuilder out) {
    if (from > 0) {
      out.append("\r\n");
      if (!Ascii.isWsp(line.charAt(from))) {
        out.append(' ');
      }
    }
    out.append(line, from, to);
  }

  private static boolean mayBreak(String line, int at, boolean list) {
    char before = line.charAt(at - 1);
    char c = line.charAt(at);
    if (Ascii.isWsp(c)) {
      // a line of white space alone is obsolete (RFC 5322, 3.2.2)
      return !Ascii.isWsp(before);
    }
    return list && !Ascii.isWsp(before) && (before == ',' || (before == '>' && c == '<'));
  }
}
