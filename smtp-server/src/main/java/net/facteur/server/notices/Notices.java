package net.facteur.server.notices;

import net.facteur.server.language.Text;

/// Tells the postmaster, by mail or on the screen.
@FunctionalInterface
public interface Notices {
  /// Says something that a person has to know or to do. The same notice may come again: whoever
  /// sends them keeps from repeating them.
  void tell(Notice notice);

  /// @param subject becomes one line
  /// @param text what happened, why, and what to type next
  record Notice(Text subject, Text text) {}
}
