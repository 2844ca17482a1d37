package net.facteur.server.routes;

import java.util.Optional;

/// Who may close a way to us: a provider at the end of a route, or the host that the route leads
/// to.
///
/// @param route the name of the first way
/// @param provider a provider's name, or the host's
public record Target(String route, String provider) implements Comparable<Target> {
  /// As it is kept.
  String text() {
    return route + " " + provider;
  }

  static Optional<Target> parse(String text) {
    int space = text.indexOf(' ');
    return space <= 0 || space == text.length() - 1
        ? Optional.empty()
        : Optional.of(new Target(text.substring(0, space), text.substring(space + 1)));
  }

  @Override
  public int compareTo(Target other) {
    return text().compareTo(other.text());
  }
}
