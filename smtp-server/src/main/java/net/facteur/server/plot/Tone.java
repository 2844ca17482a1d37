package net.facteur.server.plot;

import java.util.Locale;

/// What numbers mean to the reader.
public enum Tone {
  /// As it should be.
  GOOD,
  /// Somebody should look.
  WARNING,
  /// As it should not be.
  BAD,
  /// Neither.
  NEUTRAL;

  /// The class that a style sheet gives a colour to.
  String cssClass() {
    return "plot-" + name().toLowerCase(Locale.ROOT);
  }
}
