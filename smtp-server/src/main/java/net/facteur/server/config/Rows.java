package net.facteur.server.config;

import java.util.List;

/// Rows of one owner that stand next to each other in the reference.
///
/// @param settings in the order in which they are shown
public record Rows(List<Setting<?>> settings) {
  public Rows {
    settings = List.copyOf(settings);
  }

  public static Rows of(Setting<?>... settings) {
    return new Rows(List.of(settings));
  }
}
