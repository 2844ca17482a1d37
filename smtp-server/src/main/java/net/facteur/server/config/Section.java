package net.facteur.server.config;

import java.util.List;

/// Settings that stand together in the reference file and the documentation.
///
/// @param title a heading
/// @param doc a paragraph for a newcomer
/// @param settings in the order in which they are shown
public record Section(String title, String doc, List<Setting<?>> settings) {
  public Section {
    settings = List.copyOf(settings);
  }

  static Section of(String title, String doc, Setting<?>... settings) {
    return new Section(title, doc, List.of(settings));
  }
}
