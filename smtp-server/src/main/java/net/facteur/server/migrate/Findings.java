package net.facteur.server.migrate;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import net.facteur.server.language.Text;

/// What becomes of each thing of the old server: three lists.
public final class Findings {
  private final SequencedSet<Finding> all = new LinkedHashSet<>();

  /// In which list a thing stands.
  public enum Fate {
    /// It is here, and does the same.
    TAKEN,
    /// It is here, and differs in what is said.
    OTHERWISE,
    /// It is not here.
    LEFT
  }

  /// @param what the thing, with its file: a text of the old server, which may hold anything
  /// @param says what becomes of it, and why
  public record Finding(Fate fate, String what, Text says) {}

  void taken(String what, Text says) {
    add(new Finding(Fate.TAKEN, what, says));
  }

  void otherwise(String what, Text says) {
    add(new Finding(Fate.OTHERWISE, what, says));
  }

  void left(String what, Text why) {
    add(new Finding(Fate.LEFT, what, why));
  }

  private void add(Finding finding) {
    all.add(finding);
  }

  /// Those of one list, in the order in which they were met.
  public List<Finding> of(Fate fate) {
    return all.stream().filter(f -> f.fate() == fate).toList();
  }
}
