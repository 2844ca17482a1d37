package net.facteur.server.config;

import java.util.List;
import net.facteur.server.language.Text;

/// One thing that is wrong with the settings, and what to do about it.
///
/// @param where the place
/// @param what what is wrong: one sentence without a full stop
/// @param remedy what to type instead: one or more lines; [Text#nothing()] where nobody knows
public record Mistake(Origin where, Text what, Text remedy) {
  /// Two lines or more for a terminal or a log.
  public Text text() {
    Text first = ConfigTexts.SAY.mistake(where.text(), what);
    return remedy.equals(Text.nothing())
        ? first
        : Text.lines(List.of(first, Text.indented(remedy)));
  }
}
