package net.facteur.server.sources;

import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Messages of one source. Grows while entries are read; not for several threads.
final class Tally {
  private static final int EXAMPLES = 5;

  private long passed;
  private long failed;
  private long quarantined;
  private long rejected;
  private final SortedMap<LocalDate, DayCount> days = new TreeMap<>();
  private final Map<DkimState, Long> dkim = new EnumMap<>(DkimState.class);
  private final Map<SpfState, Long> spf = new EnumMap<>(SpfState.class);
  private final SortedSet<String> addresses = new TreeSet<>();
  private final SortedSet<String> signers = new TreeSet<>();

  void add(
      LocalDate day,
      long count,
      boolean passes,
      String disposition,
      DkimState dkimState,
      SpfState spfState) {
    passed += passes ? count : 0;
    failed += passes ? 0 : count;
    quarantined += disposition.equals("quarantine") ? count : 0;
    rejected += disposition.equals("reject") ? count : 0;
    days.merge(day, passes ? new DayCount(count, 0) : new DayCount(0, count), DayCount::plus);
    dkim.merge(dkimState, count, Long::sum);
    spf.merge(spfState, count, Long::sum);
  }

  void seenAt(String address) {
    if (addresses.size() < EXAMPLES) {
      addresses.add(address);
    }
  }

  void signedBy(String domain) {
    if (signers.size() < EXAMPLES) {
      signers.add(domain);
    }
  }

  void addAll(Tally other) {
    passed += other.passed;
    failed += other.failed;
    quarantined += other.quarantined;
    rejected += other.rejected;
    other.days.forEach((day, count) -> days.merge(day, count, DayCount::plus));
    other.dkim.forEach((state, count) -> dkim.merge(state, count, Long::sum));
    other.spf.forEach((state, count) -> spf.merge(state, count, Long::sum));
    other.addresses.forEach(this::seenAt);
    other.signers.forEach(this::signedBy);
  }

  boolean everPassed() {
    return passed > 0;
  }

  long messages() {
    return passed + failed;
  }

  SourceCount of(Source source) {
    return new SourceCount(
        source,
        passed,
        failed,
        quarantined,
        rejected,
        days,
        dkim,
        spf,
        java.util.List.copyOf(addresses),
        java.util.List.copyOf(signers));
  }
}
