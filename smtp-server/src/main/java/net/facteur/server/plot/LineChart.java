package net.facteur.server.plot;

import java.util.List;

/// Lines over steps of time, with gaps where nothing is known.
///
/// @param steps what each is called; at most [Plot#MAX_STEPS]
/// @param series each with a value for each step; at most [Plot#MAX_SERIES]
public record LineChart(Caption caption, List<String> steps, List<Series> series) implements Plot {
  public LineChart {
    steps = List.copyOf(steps);
    series = List.copyOf(series);
    Plot.check(steps, series);
  }

  /// The highest value of all.
  double highest() {
    return series.stream()
        .flatMap(each -> each.values().stream())
        .mapToDouble(value -> Double.isNaN(value) ? 0 : value)
        .max()
        .orElse(0);
  }
}
