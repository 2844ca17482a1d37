package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Whoever writes a line that people are to type says what becomes of it.
class DocumentedLinesTest {
  @Test
  void everyLineOfACodeBlockIsRunOrSaysWhyNot() throws IOException {
    DocumentedLines known = DocumentedLines.read();
    var unknown = new TreeSet<String>();
    Set<DocumentedLines.Rule> used = new HashSet<>();
    int seen = 0;
    for (Path page : DocumentedLines.pages()) {
      for (String line : DocumentedLines.in(page)) {
        seen++;
        known.of(line).ifPresentOrElse(used::add, () -> unknown.add(page + ": " + line));
      }
    }
    assertEquals(
        "", String.join("\n", unknown), "give each a line in src/test/resources/documents/lines");
    var unused = new TreeSet<String>();
    known.rules().stream()
        .filter(rule -> !used.contains(rule))
        .forEach(rule -> unused.add(rule.line().pattern()));
    assertEquals("", String.join("\n", unused), "no page has these any more");
    int lines = seen;
    assertTrue(lines > 300, () -> "only " + lines + " were looked at");
  }
}
