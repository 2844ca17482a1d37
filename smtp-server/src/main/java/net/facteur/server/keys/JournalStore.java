package net.facteur.server.keys;

import java.io.IOException;
import java.util.List;

/// The lines of a journal on disk.
public interface JournalStore {
  /// All whole lines; a line that a crash cut short does not count.
  List<String> lines() throws IOException;

  /// Adds one line; on return it is on disk.
  void append(String line) throws IOException;

  /// Runs while nobody else, in this process or another, may add lines.
  <R> R exclusively(Turn<R> turn) throws IOException;

  /// What runs exclusively.
  @FunctionalInterface
  interface Turn<R> {
    R run() throws IOException;
  }
}
