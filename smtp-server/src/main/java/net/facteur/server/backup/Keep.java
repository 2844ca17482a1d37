package net.facteur.server.backup;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many backups are kept: the last one of each of so many days, weeks and months that have one.
///
/// @param days 0 to 9,999
/// @param weeks by ISO 8601, 0 to 9,999
/// @param months 0 to 9,999
public record Keep(int days, int weeks, int months) {
  private static final Pattern TERM = Pattern.compile("([0-9]{1,4})([dwm])");

  /// `7d,4w,12m`, in any order, each once at most, and not all of them zero.
  public static Optional<Keep> parse(String text) {
    int[] counts = new int[3];
    var seen = new HashSet<String>();
    for (String term : text.split(",", -1)) {
      Matcher m = TERM.matcher(term.strip());
      if (!m.matches() || !seen.add(m.group(2))) {
        return Optional.empty();
      }
      counts["dwm".indexOf(m.group(2))] = Integer.parseInt(m.group(1));
    }
    return counts[0] + counts[1] + counts[2] == 0
        ? Optional.empty()
        : Optional.of(new Keep(counts[0], counts[1], counts[2]));
  }

  String text() {
    return days + "d," + weeks + "w," + months + "m";
  }

  /// Those of some backups that are kept. The newest always is.
  ///
  /// @param taken when each was made
  Set<Instant> kept(Collection<Instant> taken) {
    List<Instant> newestFirst = taken.stream().sorted(Comparator.reverseOrder()).toList();
    var kept = new TreeSet<Instant>();
    newestFirst.stream().findFirst().ifPresent(kept::add);
    last(newestFirst, days, LocalDate::toString, kept);
    last(
        newestFirst,
        weeks,
        day ->
            day.get(IsoFields.WEEK_BASED_YEAR) + "-" + day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR),
        kept);
    last(newestFirst, months, day -> day.getYear() + "-" + day.getMonthValue(), kept);
    return kept;
  }

  private static void last(
      List<Instant> newestFirst, int count, Function<LocalDate, String> span, Set<Instant> kept) {
    var spans = new HashSet<String>();
    for (Instant at : newestFirst) {
      if (spans.size() == count) {
        return;
      }
      if (spans.add(span.apply(at.atOffset(ZoneOffset.UTC).toLocalDate()))) {
        kept.add(at);
      }
    }
  }
}
