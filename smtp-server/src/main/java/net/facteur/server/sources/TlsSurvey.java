package net.facteur.server.sources;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReport.FailureDetails;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;

/// What the reports of a time say about TLS to the hosts of one domain.
///
/// @param first the day on which the oldest report begins, in UTC
/// @param last the day on which the newest does
/// @param successes sessions that went well
/// @param failures sessions that did not
/// @param days the same by day, passed and failed
/// @param kinds failures by the word of their kind, the most first
/// @param mode of the MTA-STS policy that the newest report names; empty where none does
/// @param modeSince the first day from which on every such report names it
public record TlsSurvey(
    String domain,
    LocalDate first,
    LocalDate last,
    long reports,
    int reporters,
    long successes,
    long failures,
    SortedMap<LocalDate, DayCount> days,
    List<Kind> kinds,
    Optional<String> mode,
    LocalDate modeSince) {
  /// Four weeks, as with DMARC: certificates of most live for twelve, and are changed once in
  /// eight.
  public static final int DAYS = 28;

  /// Fewer sessions say little.
  public static final long SESSIONS = 100;

  private static final int MOST_KINDS = 20;

  /// Failures that are alike.
  ///
  /// @param type a word of RFC 8460, or a later one
  /// @param host that was asked; empty where nobody says
  public record Kind(String type, String host, long sessions) {}

  /// What to do with the policy.
  public enum Step {
    /// Nobody reports on a policy.
    NO_POLICY,
    /// Sessions fail: what is amiss comes first.
    REPAIR,
    /// The policy is tested, and has been too short for a judgement.
    WAIT,
    /// `testing` can become `enforce`.
    ENFORCE,
    /// It is in force, and all is well.
    WELL
  }

  public TlsSurvey {
    days = Collections.unmodifiableSortedMap(new TreeMap<>(days));
    kinds = List.copyOf(kinds);
  }

  public Step step() {
    if (mode.isEmpty()) {
      return failures > 0 ? Step.REPAIR : Step.NO_POLICY;
    }
    if (failures > 0) {
      return Step.REPAIR;
    }
    if (!mode.get().equals("testing")) {
      return Step.WELL;
    }
    return modeDays() >= DAYS && successes >= SESSIONS ? Step.ENFORCE : Step.WAIT;
  }

  /// For how many days the mode has been seen.
  public long modeDays() {
    return ChronoUnit.DAYS.between(modeSince, last) + 1;
  }

  /// Sums reports up.
  ///
  /// @param reports any, in any order; parts about other domains do not count
  /// @return empty where no report is about the domain
  public static Optional<TlsSurvey> of(String domain, List<TlsReport> reports) {
    var survey = new Builder(domain);
    reports.forEach(survey::add);
    return survey.found();
  }

  /// Takes reports one by one. Not for several threads.
  public static final class Builder {
    private final String domain;
    private final SortedMap<LocalDate, DayCount> days = new TreeMap<>();
    private final Map<Kind, Long> kinds =
        new TreeMap<>(java.util.Comparator.comparing(Kind::type).thenComparing(Kind::host));
    private final Map<String, LocalDate> modes = new TreeMap<>();
    private final Set<String> reporters = new HashSet<>();
    private Optional<String> mode = Optional.empty();
    private Instant newest = Instant.MIN;
    private long reports;

    public Builder(String domain) {
      this.domain = domain.toLowerCase(Locale.ROOT);
    }

    public void add(TlsReport report) {
      LocalDate day = report.start().atZone(ZoneOffset.UTC).toLocalDate();
      boolean about = false;
      for (PolicyResult policy : report.policies()) {
        if (policy.domain().toLowerCase(Locale.ROOT).equals(domain)) {
          about = true;
          add(policy, day, report.start());
        }
      }
      if (about) {
        reports++;
        if (reporters.size() < 1_000) {
          reporters.add(report.organization().toLowerCase(Locale.ROOT));
        }
      }
    }

    private void add(PolicyResult policy, LocalDate day, Instant start) {
      long failed = policy.failures().orElseGet(policy::detailed);
      days.merge(day, new DayCount(policy.successes().orElse(0), failed), DayCount::plus);
      for (FailureDetails details : policy.details()) {
        var kind = new Kind(details.type(), details.receivingHost(), 0);
        if (kinds.containsKey(kind) || kinds.size() < MOST_KINDS) {
          kinds.merge(kind, details.count().orElse(1), Long::sum);
        }
      }
      for (String line : policy.strings()) {
        String[] parts = line.toLowerCase(Locale.ROOT).split(":", 2);
        if (parts.length == 2 && parts[0].strip().equals("mode")) {
          String word = parts[1].strip();
          if (!word.equals("testing") && !word.equals("enforce")) {
            word = "none";
          }
          modes.merge(word, day, (a, b) -> a.isAfter(b) ? a : b);
          if (!start.isBefore(newest)) {
            newest = start;
            mode = Optional.of(word);
          }
        }
      }
    }

    /// @return empty where no report was about the domain
    public Optional<TlsSurvey> found() {
      if (days.isEmpty()) {
        return Optional.empty();
      }
      var sorted = new ArrayList<Kind>();
      kinds.forEach((kind, sessions) -> sorted.add(new Kind(kind.type(), kind.host(), sessions)));
      sorted.sort(java.util.Comparator.comparingLong(Kind::sessions).reversed());
      LocalDate since =
          modes.entrySet().stream()
              .filter(other -> mode.filter(other.getKey()::equals).isEmpty())
              .map(other -> other.getValue().plusDays(1))
              .max(java.util.Comparator.naturalOrder())
              .orElse(days.firstKey());
      return Optional.of(
          new TlsSurvey(
              domain,
              days.firstKey(),
              days.lastKey(),
              reports,
              reporters.size(),
              days.values().stream().mapToLong(DayCount::passed).sum(),
              days.values().stream().mapToLong(DayCount::failed).sum(),
              days,
              sorted,
              mode,
              since));
    }
  }
}
