package net.facteur.server.config;

/// One thing that is wrong with the settings, and what to do about it.
///
/// @param where the place
/// @param what what is wrong: one sentence without a full stop
/// @param remedy what to type instead: one or more lines
public record Mistake(Origin where, String what, String remedy) {
  /// Two lines or more for a terminal or a log.
  public String text() {
    return where.text() + ": " + what + "\n    " + remedy.replace("\n", "\n    ");
  }
}
