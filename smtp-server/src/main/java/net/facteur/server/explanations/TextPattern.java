package net.facteur.server.explanations;

import java.util.List;
import java.util.stream.Stream;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// A text that has to stand in a reply, in any case of ASCII letters; `*` stands for anything
/// between two parts of it. Looking for it takes a time that grows with the reply and with nothing
/// else.
///
/// @param parts in their order, in lower case
record TextPattern(List<String> parts) {
  /// The longest.
  private static final int MOST = 200;

  private static final int MOST_PARTS = 8;

  /// A shorter part may mean anything when others say it.
  private static final int TELLING = 10;

  static Parsed<TextPattern> parse(String text) {
    if (text.length() > MOST) {
      return Parsed.malformed(MOST, "at most " + MOST + " characters");
    }
    List<String> parts =
        Stream.of(Ascii.lower(text).split("\\*", -1))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .toList();
    if (parts.isEmpty() || parts.size() > MOST_PARTS) {
      return Parsed.malformed(0, "1 to " + MOST_PARTS + " parts between *");
    }
    return Parsed.ok(new TextPattern(parts));
  }

  /// @param text in lower case
  boolean fits(String text) {
    int at = 0;
    for (String part : parts) {
      int found = text.indexOf(part, at);
      if (found < 0) {
        return false;
      }
      at = found + part.length();
    }
    return true;
  }

  boolean isTelling() {
    return parts.stream().mapToInt(String::length).sum() >= TELLING;
  }
}
