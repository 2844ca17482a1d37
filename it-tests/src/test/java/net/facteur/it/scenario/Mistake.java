package net.facteur.it.scenario;

import java.util.List;
import java.util.stream.Collectors;

/// Something that is not as it should be: in a scenario's text, or in what the server did.
///
/// @param at the line that says it
/// @param expected what was wanted there, in words
/// @param got what was there
public record Mistake(Place at, String expected, String got) {
  /// One text for several.
  public static String text(List<Mistake> mistakes) {
    return mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n"));
  }

  @Override
  public String toString() {
    return at + "\n  expected: " + indented(expected) + "\n  got:      " + indented(got);
  }

  private static String indented(String text) {
    return text.strip().replace("\n", "\n            ");
  }
}
