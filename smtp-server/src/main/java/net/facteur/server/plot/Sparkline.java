package net.facteur.server.plot;

import java.util.List;

/// A row of numbers as high as a word, without axes: for a cell of a table.
///
/// @param series at most [Plot#MAX_STEPS] values
public record Sparkline(Caption caption, Series series) implements Plot {
  public Sparkline {
    Plot.check(series.values().stream().map(String::valueOf).toList(), List.of(series));
  }

  double highest() {
    double highest = 0;
    for (int i = 0; i < series.values().size(); i++) {
      highest = Math.max(highest, series.at(i));
    }
    return highest;
  }
}
