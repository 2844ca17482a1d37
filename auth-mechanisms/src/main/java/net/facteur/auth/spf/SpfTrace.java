package net.facteur.auth.spf;

import java.util.ArrayList;
import java.util.List;

/// The steps of a check in words, bounded in number and length (the newest pushes out the one
/// before it), printable ASCII only.
final class SpfTrace {
  /// Longest text of one step.
  static final int MAX_CHARS = 300;

  private static final int MAX_LINES = 200;

  private final List<String> lines = new ArrayList<>();

  void add(int depth, String subject, String finding) {
    if (lines.size() == MAX_LINES) {
      lines.removeLast();
    }
    lines.add(
        "  ".repeat(Math.min(depth, 10))
            + SpfExplanation.printable(subject, MAX_CHARS)
            + ": "
            + SpfExplanation.printable(finding, MAX_CHARS));
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
