package net.facteur.server.language;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Breaks a sentence into lines for mail, at spaces. What stands in backquotes, such as a command,
/// stays in one piece.
public final class Lines {
  private static final Pattern WORD = Pattern.compile("(?:`[^`]*`|[^ `])+");

  private Lines() {}

  /// @param columns the longest line, in characters; a longer word has a line of its own
  public static String broken(String sentence, int columns) {
    var out = new StringBuilder(sentence.length() + 16);
    int column = 0;
    for (String word : WORD.matcher(sentence).results().map(MatchResult::group).toList()) {
      boolean first = out.isEmpty();
      boolean fits = column + 1 + word.length() <= columns;
      out.append(first ? "" : fits ? " " : "\n").append(word);
      column = first || !fits ? word.length() : column + 1 + word.length();
    }
    return out.toString();
  }
}
