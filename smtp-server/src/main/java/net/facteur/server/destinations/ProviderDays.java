package net.facteur.server.destinations;

import static net.facteur.server.destinations.ProviderTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import net.facteur.server.language.Language;
import net.facteur.server.plot.BarChart;
import net.facteur.server.plot.Caption;
import net.facteur.server.plot.Series;
import net.facteur.server.plot.Tone;

/// How mail fared at one provider, day by day in UTC.
///
/// @param days those on which there was any
public record ProviderDays(SortedMap<LocalDate, Numbers> days) {
  private static final int SECONDS_OF_HOUR = 3_600;

  public ProviderDays {
    days = Collections.unmodifiableSortedMap(new TreeMap<>(days));
  }

  /// @throws IOException where the memory cannot be read
  public static ProviderDays of(DestinationStore store, String provider, Instant since)
      throws IOException {
    var days = new TreeMap<LocalDate, Numbers>();
    store
        .hours(provider, since)
        .forEach((hour, numbers) -> days.merge(day(hour), numbers, Numbers::plus));
    return new ProviderDays(days);
  }

  private static LocalDate day(long hour) {
    return Instant.ofEpochSecond(hour * SECONDS_OF_HOUR).atOffset(ZoneOffset.UTC).toLocalDate();
  }

  /// All days together.
  public Numbers sum() {
    return days.values().stream().reduce(Numbers.NONE, Numbers::plus);
  }

  /// Recipients by day, drawn: also days without any.
  ///
  /// @param title of the provider, as it may be shown
  /// @param most days, the last ones
  public BarChart chart(String title, Instant from, Instant to, int most, Language language) {
    LocalDate last = to.atOffset(ZoneOffset.UTC).toLocalDate();
    LocalDate first = from.atOffset(ZoneOffset.UTC).toLocalDate();
    if (first.isBefore(last.minusDays(most))) {
      first = last.minusDays(most);
    }
    var steps = new ArrayList<String>();
    var delivered = new ArrayList<Long>();
    var deferred = new ArrayList<Long>();
    var lost = new ArrayList<Long>();
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      Numbers numbers = days.getOrDefault(day, Numbers.NONE);
      steps.add(day.toString());
      delivered.add(numbers.delivered());
      deferred.add(numbers.deferred());
      lost.add(numbers.refused());
    }
    String caption = SAY.chart(title).in(language);
    return new BarChart(
        new Caption(caption, caption),
        steps,
        List.of(
            Series.counted(SAY.delivered().in(language), Tone.GOOD, delivered),
            Series.counted(SAY.deferred().in(language), Tone.WARNING, deferred),
            Series.counted(SAY.lost().in(language), Tone.BAD, lost)));
  }
}
