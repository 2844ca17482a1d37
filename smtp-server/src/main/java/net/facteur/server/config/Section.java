package net.facteur.server.config;

import java.util.List;
import java.util.stream.Stream;

/// Settings that stand together in the reference file and the documentation.
///
/// @param title a heading
/// @param doc a paragraph for a newcomer
/// @param settings in the order in which they are shown
public record Section(String title, String doc, List<Setting<?>> settings) {
  public Section {
    settings = List.copyOf(settings);
  }

  /// @param rows those of each package that has something to say here
  public static Section of(String title, String doc, Rows... rows) {
    return new Section(
        title, doc, Stream.of(rows).<Setting<?>>flatMap(some -> some.settings().stream()).toList());
  }
}
