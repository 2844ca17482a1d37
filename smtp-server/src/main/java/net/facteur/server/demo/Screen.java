package net.facteur.server.demo;

import java.io.PrintWriter;

/// What the person at the terminal sees: aligned, coloured where that is wanted. Safe for use by
/// many threads, a line at a time.
final class Screen {
  private static final String WORD = "   %-12s ";

  private final PrintWriter out;
  private final boolean colour;

  Screen(PrintWriter out, boolean colour) {
    this.out = out;
    this.colour = colour;
  }

  synchronized void line(String text) {
    out.println(text);
    out.flush();
  }

  /// A heading with space above.
  void title(String text) {
    line("");
    line(paint("1", text));
  }

  /// One step of a message's way, or one fact.
  void step(String word, String text) {
    line(paint("36", String.format(WORD, word)) + text);
  }

  /// What came of a check.
  void verdict(boolean passed, String text) {
    line(paint(passed ? "1;32" : "1;31", String.format(WORD, passed ? "ok" : "FAILED")) + text);
  }

  /// A command to type.
  void command(String text) {
    line("   " + paint("33", text));
  }

  private String paint(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
