package net.facteur.server.plot;

import java.util.List;

/// Numbers, one for each step of time.
///
/// @param name what was counted, in the language of the reader; may come from strangers
/// @param values 0 or more and finite; [Double#NaN] where nothing is known
public record Series(String name, Tone tone, List<Double> values) {
  public Series {
    values = List.copyOf(values);
    for (double value : values) {
      if (value < 0 || Double.isInfinite(value)) {
        throw new IllegalArgumentException(name + " has a value of " + value);
      }
    }
  }

  /// What was counted.
  public static Series counted(String name, Tone tone, List<Long> counts) {
    return new Series(name, tone, counts.stream().map(Long::doubleValue).toList());
  }

  /// The value of a step, and 0 where nothing is known.
  double at(int step) {
    double value = values.get(step);
    return Double.isNaN(value) ? 0 : value;
  }

  boolean knownAt(int step) {
    return !Double.isNaN(values.get(step));
  }
}
