package net.facteur.server.demo;

import static net.facteur.server.demo.DemoTexts.SAY;

import java.io.PrintWriter;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// What the person at the terminal sees: aligned, coloured where that is wanted. Safe for use by
/// many threads, a line at a time.
final class Screen {
  private static final String WORD = "   %-12s ";

  private final PrintWriter out;
  private final boolean colour;
  private final Language language;

  Screen(PrintWriter out, boolean colour, Language language) {
    this.out = out;
    this.colour = colour;
    this.language = language;
  }

  /// What the person reads.
  Language language() {
    return language;
  }

  void line(Text text) {
    print(text.in(language));
  }

  private synchronized void print(String line) {
    out.println(line);
    out.flush();
  }

  /// A heading with space above.
  void title(Text text) {
    print("");
    print(paint("1", text.in(language)));
  }

  /// One step of a message's way, or one fact.
  void step(Text word, Text text) {
    print(paint("36", String.format(WORD, word.in(language))) + text.in(language));
  }

  /// What came of a check.
  void verdict(boolean passed, Text text) {
    String word = (passed ? SAY.wordOk() : SAY.wordFailed()).in(language);
    print(paint(passed ? "1;32" : "1;31", String.format(WORD, word)) + text.in(language));
  }

  /// A command to type.
  void command(String text) {
    print("   " + paint("33", text));
  }

  private String paint(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
