package net.facteur.server.sources;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;

/// What the reports of a time say of one domain.
///
/// @param domain whose policy it is; mail in the names below it counts as well
/// @param policy the record that the newest report names
/// @param policySince the first day from which on every report names its `p`
/// @param first the day on which the oldest report begins, in UTC
/// @param last the day on which the newest does
/// @param reportedDays on how many different days
/// @param reports how many
/// @param reporters how many different organizations wrote them
/// @param sources the most messages first
public record DomainSurvey(
    String domain,
    PublishedPolicy policy,
    LocalDate policySince,
    LocalDate first,
    LocalDate last,
    int reportedDays,
    long reports,
    int reporters,
    List<SourceCount> sources) {
  public DomainSurvey {
    sources = List.copyOf(sources);
  }

  public long messages() {
    return passed() + failed();
  }

  public long passed() {
    return sources.stream().mapToLong(SourceCount::passed).sum();
  }

  public long failed() {
    return sources.stream().mapToLong(SourceCount::failed).sum();
  }

  /// The days from the first to the last, both included.
  public long days() {
    return Duration.between(first.atStartOfDay(), last.atStartOfDay()).toDays() + 1;
  }

  /// Each day from the first to the last.
  public SortedMap<LocalDate, DayCount> byDay() {
    var days = new TreeMap<LocalDate, DayCount>();
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      days.put(day, DayCount.NONE);
    }
    for (SourceCount source : sources) {
      source.days().forEach((day, count) -> days.merge(day, count, DayCount::plus));
    }
    return Collections.unmodifiableSortedMap(days);
  }
}
