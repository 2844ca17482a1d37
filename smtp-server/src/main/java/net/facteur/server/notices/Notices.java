package net.facteur.server.notices;

/// Tells the postmaster, by mail or on the screen.
@FunctionalInterface
public interface Notices {
  /// Says something that a person has to know or to do. The same notice may come again: whoever
  /// sends them keeps from repeating them.
  void tell(Notice notice);

  /// @param subject on one line, ASCII
  /// @param text plain text, lines ended by LF
  record Notice(String subject, String text) {}
}
