package net.facteur.server.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A settings file as it was read, with the files that its `include` lines brought.
///
/// @param included by the names in the lines; filled while the file is read
record SourceFile(Path file, String text, Map<String, SourceFile> included) {
  SourceFile(Path file, String text) {
    this(file, text, new HashMap<>());
  }

  /// This file, and those that it brought.
  List<Path> all() {
    return Stream.concat(
            Stream.of(file), included.values().stream().flatMap(source -> source.all().stream()))
        .distinct()
        .toList();
  }

  /// The line that includes `what`; 0 where it cannot be told.
  int lineOf(String what) {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).stripLeading().startsWith("include") && lines.get(i).contains(what)) {
        return i + 1;
      }
    }
    return 0;
  }
}
