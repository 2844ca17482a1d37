package net.facteur.server.plot;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/// Round numbers beside an axis that begins at 0.
///
/// @param step between two of them
/// @param top the last of them, at or above the highest value
record Scale(double step, double top) {
  /// @param highest what has to fit
  /// @param intervals the most that are wanted
  static Scale upTo(double highest, int intervals) {
    if (highest <= 0) {
      return new Scale(1, 1);
    }
    double rough = highest / intervals;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = 10 * power;
    for (double times : new double[] {1, 2, 5}) {
      if (times * power >= rough) {
        step = times * power;
        break;
      }
    }
    if (highest >= 1 && step < 1) {
      step = 1; // there is no half a message
    }
    return new Scale(step, step * Math.ceil(highest / step));
  }

  /// The round numbers, 0 first.
  List<Double> ticks() {
    var ticks = new ArrayList<Double>();
    for (int i = 0; i * step <= top * 1.0001; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /// A number in digits that every language reads alike, without needless ones behind the point.
  static String digits(double value) {
    return new BigDecimal(value)
        .round(new MathContext(value >= 1000 ? 15 : 4))
        .setScale(value >= 1000 ? 0 : 2, java.math.RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
