package net.facteur.server.migrate;

import java.util.List;
import net.facteur.server.language.Text;

/// What a file of the old server holds.
sealed interface OldFile {
  /// A text.
  ///
  /// @param latin1 it is no UTF-8, and was read as ISO 8859-1
  record Found(String text, boolean latin1) implements OldFile {
    List<String> lines() {
      return text.lines().toList();
    }
  }

  /// There is none.
  record Missing() implements OldFile {}

  /// There is one that cannot be used.
  ///
  /// @param why words that go on after the name of the file
  record Unusable(Text why) implements OldFile {}
}
