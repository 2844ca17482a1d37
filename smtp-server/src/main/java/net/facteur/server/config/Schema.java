package net.facteur.server.config;

import java.util.List;
import java.util.Optional;

/// What may stand in a settings file: all rows, in the order of the reference, and what has to hold
/// of several values together.
///
/// @param sections the rows
/// @param rules looked at where every single value is right
public record Schema(List<Section> sections, List<Rule> rules) {
  /// What has to hold of several values together.
  @FunctionalInterface
  public interface Rule {
    /// What is wrong; empty where nothing is.
    List<Mistake> mistakes(Settings settings);
  }

  public Schema {
    sections = List.copyOf(sections);
    rules = List.copyOf(rules);
  }

  /// Every row.
  public List<Setting<?>> settings() {
    return sections.stream().<Setting<?>>flatMap(section -> section.settings().stream()).toList();
  }

  /// The key that was probably meant.
  public Optional<String> nearest(String key) {
    return Nearest.to(key, settings().stream().map(Setting::name).toList());
  }

  List<Mistake> mistakes(Settings settings) {
    return rules.stream().flatMap(rule -> rule.mistakes(settings).stream()).toList();
  }
}
