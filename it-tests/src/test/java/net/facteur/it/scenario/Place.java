package net.facteur.it.scenario;

import java.nio.file.Path;

/// A line of a scenario's file.
///
/// @param line from 1
public record Place(Path file, int line) {
  /// As editors and terminals open it.
  @Override
  public String toString() {
    Path directory = file.getParent();
    Path scenario = directory == null ? null : directory.getFileName();
    return (scenario == null ? "" : scenario + "/") + file.getFileName() + ":" + line;
  }
}
