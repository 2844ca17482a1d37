package net.facteur.server.plot;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// The marks below a time line: first days of months, as few as have room.
final class Months {
  /// Marks that have room.
  private static final int MOST = 8;

  /// Months between two marks.
  private static final int[] STEPS = {1, 2, 3, 6, 12, 24, 60, 120, 600};

  private Months() {}

  /// The marks that stand within a time line.
  static List<LocalDate> marks(TimeLine line) {
    LocalDate first = line.from().atZone(ZoneOffset.UTC).toLocalDate();
    LocalDate last = line.to().atZone(ZoneOffset.UTC).toLocalDate();
    for (int step : STEPS) {
      var marks = new ArrayList<LocalDate>();
      LocalDate at = first.withDayOfMonth(1);
      if (step > 1) {
        int months = (at.getMonthValue() - 1) / step * step;
        at = at.withMonth(Math.min(months, 11) + 1);
      }
      for (; !at.isAfter(last) && marks.size() <= MOST; at = at.plusMonths(step)) {
        if (!at.isBefore(first)) {
          marks.add(at);
        }
      }
      if (marks.size() <= MOST) {
        return marks;
      }
    }
    return List.of();
  }

  /// A month as every language reads it: `2026-12`.
  static String name(LocalDate month) {
    return month.toString().substring(0, 7);
  }
}
