package net.facteur.server.plot;

import java.util.List;

/// What can be drawn.
public sealed interface Plot permits BarChart, LineChart, Sparkline, TimeLine {
  /// Steps of time in one plot: a year of days, and a little more.
  int MAX_STEPS = 400;

  /// Kinds of what was counted in one plot.
  int MAX_SERIES = 6;

  Caption caption();

  /// @throws IllegalArgumentException where there is too much of it, or too little
  private static void bounded(int steps, List<Series> series) {
    if (steps < 1 || steps > MAX_STEPS || series.isEmpty() || series.size() > MAX_SERIES) {
      throw new IllegalArgumentException(steps + " steps of " + series.size() + " series");
    }
  }

  /// @throws IllegalArgumentException where there is too much of it, or too little, or a series has
  ///   not a value for each step
  static void check(List<String> steps, List<Series> series) {
    bounded(steps.size(), series);
    for (Series each : series) {
      if (each.values().size() != steps.size()) {
        throw new IllegalArgumentException(
            each.values().size() + " values of " + each.name() + " for " + steps.size() + " steps");
      }
    }
  }
}
