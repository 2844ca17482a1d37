package net.facteur.server.plot;

import java.util.List;

/// Bars over steps of time, such as days; those of several series stand on one another.
///
/// @param steps what each is called, such as `2026-11-30`; at most [Plot#MAX_STEPS]
/// @param series from the ground up, each with a value for each step; at most [Plot#MAX_SERIES]
public record BarChart(Caption caption, List<String> steps, List<Series> series) implements Plot {
  public BarChart {
    steps = List.copyOf(steps);
    series = List.copyOf(series);
    Plot.check(steps, series);
  }

  /// The height of a step.
  double total(int step) {
    return series.stream().mapToDouble(each -> each.at(step)).sum();
  }

  /// The height of the highest.
  double highest() {
    double highest = 0;
    for (int i = 0; i < steps.size(); i++) {
      highest = Math.max(highest, total(i));
    }
    return highest;
  }
}
