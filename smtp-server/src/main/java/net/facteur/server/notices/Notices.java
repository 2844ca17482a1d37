package net.facteur.server.notices;

import java.util.List;
import net.facteur.server.language.Text;

/// Tells the postmaster, by mail or on the screen.
@FunctionalInterface
public interface Notices {
  /// Says something that a person has to know or to do. The same notice may come again: whoever
  /// sends them keeps from repeating them.
  void tell(Notice notice);

  /// @param subject becomes one line
  /// @param text what happened, why, and what to type next
  record Notice(Text subject, Text text) {
    /// One of what cannot be read in a file that people edit.
    ///
    /// @param unread what becomes of it meanwhile
    /// @param problems a sentence each, at least one
    /// @param see what to type next
    public static Notice ofUnread(Text subject, Text unread, List<String> problems, Text see) {
      return new Notice(
          subject,
          Text.paragraphs(unread, Text.paragraphs(problems.stream().map(Text::of).toList()), see));
    }
  }
}
