package net.facteur.server.routes;

import java.util.Locale;
import java.util.Optional;

/// What somebody wants of a fallback.
///
/// @param name a provider, or a route that leads to a host
/// @param route the first way that is meant; empty for the usual one
public record FallbackWish(Verb verb, String name, Optional<String> route) {
  /// What is to be done.
  public enum Verb {
    /// Take the second way from now on.
    NOW,
    /// Take the first way again.
    END;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Verb> of(String word) {
      for (Verb each : values()) {
        if (each.word().equals(word)) {
          return Optional.of(each);
        }
      }
      return Optional.empty();
    }
  }

  /// True for what can be the name of a provider or a route.
  public static boolean isName(String text) {
    return text.matches("[A-Za-z0-9:_][A-Za-z0-9.:_/-]{0,254}");
  }

  /// As a line of a file.
  String line() {
    return verb.word() + " " + name + route.map(its -> " " + its).orElse("");
  }

  static Optional<FallbackWish> parse(String line) {
    String[] words = line.split(" ", -1);
    if (words.length < 2 || words.length > 3) {
      return Optional.empty();
    }
    Optional<String> route = words.length == 3 ? Optional.of(words[2]) : Optional.empty();
    return isName(words[1]) && route.map(FallbackWish::isName).orElse(true)
        ? Verb.of(words[0]).map(verb -> new FallbackWish(verb, words[1], route))
        : Optional.empty();
  }
}
