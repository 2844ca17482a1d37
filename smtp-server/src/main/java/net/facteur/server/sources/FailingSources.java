package net.facteur.server.sources;

import static net.facteur.server.sources.SourcesTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.counts.CountStore;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.notices.Notices.Notice;
import net.facteur.server.report.received.ReceivedReports;
import net.facteur.server.sources.Source.Authorized;
import net.facteur.server.sources.Source.Forwarder;
import net.facteur.server.sources.Source.Others;
import net.facteur.server.sources.Source.OwnServer;
import net.facteur.server.sources.Source.Service;
import net.facteur.server.sources.Source.Stranger;
import net.facteur.server.upkeep.Upkeep;

/// Tells the postmaster at once when mail of a source that passed begins to fail, once for each
/// source until it passes again: over restarts, and over all nodes that share a database.
public final class FailingSources implements Upkeep.Chore {
  /// What passed before the days that are judged, at least.
  static final long PASSED_BEFORE = 20;

  /// The share of what came before that passed, in percent: with less, it is no news that some
  /// fails.
  static final double SHARE_BEFORE = 90.0;

  /// What fails since, at least: less may be an accident of the way.
  static final long FAILS_NOW = 5;

  /// The share of what came since that fails, in percent.
  static final double SHARE_NOW = 50.0;

  /// The days that are judged: most reports are on one day, and some come a day late.
  static final int RECENT_DAYS = 3;

  private static final String PART = "failing-sources";
  private static final Duration LOOK = Duration.ofMinutes(15);
  private static final Duration LOOK_BACK = Duration.ofDays(42);

  private final Surveys.Opening opening;
  private final CountsOpening counts;
  private final Notices notices;
  private final InstantSource clock;
  private Instant next = Instant.MIN;
  private Optional<ReceivedReports.Stock> seen = Optional.empty();

  /// Opens the database of counts.
  @FunctionalInterface
  public interface CountsOpening {
    CountStore open() throws IOException;
  }

  public FailingSources(
      Surveys.Opening opening, CountsOpening counts, Notices notices, InstantSource clock) {
    this.opening = opening;
    this.counts = counts;
    this.notices = notices;
    this.clock = clock;
  }

  /// A source whose mail began to fail.
  ///
  /// @param before what it sent before `since`
  /// @param now what it sent from that day on
  record Failing(SourceCount count, LocalDate since, DayCount before, DayCount now) {}

  @Override
  public String name() {
    return "failing sources";
  }

  @Override
  public String stamp() {
    return "";
  }

  @Override
  public void advance() throws IOException {
    Instant now = clock.instant();
    if (now.isBefore(next)) {
      return;
    }
    next = now.plus(LOOK);
    Optional<Surveys> opened = opening.open();
    if (opened.isEmpty()) {
      return;
    }
    try (ReceivedReports reports = opened.get().reports()) {
      // Where no report came, there is nothing new to judge.
      ReceivedReports.Stock stock = reports.stock();
      if (!seen.equals(Optional.of(stock))) {
        look(opened.get(), now);
        seen = Optional.of(stock);
      }
    }
  }

  private void look(Surveys surveys, Instant now) throws IOException {
    List<DomainSurvey> found = surveys.dmarc(Optional.empty(), now.minus(LOOK_BACK), now);
    try (CountStore store = counts.open()) {
      Map<String, String> told = store.texts(PART);
      for (DomainSurvey survey : found) {
        for (SourceCount count : survey.sources()) {
          String key = survey.domain() + " " + count.source().identity();
          Optional<Failing> failing = failing(survey, count);
          if (failing.isPresent()) {
            if (!told.containsKey(key) && store.putIfAbsent(PART, key, now.toString())) {
              notices.tell(notice(survey.domain(), failing.get()));
            }
          } else if (told.containsKey(key) && passesAgain(survey, count)) {
            store.remove(PART, key);
          }
        }
      }
    }
  }

  /// Whether mail of a source began to fail in the last days of a survey.
  static Optional<Failing> failing(DomainSurvey survey, SourceCount count) {
    boolean counts =
        switch (count.source()) {
          case OwnServer(), Service _, Authorized _ -> true;
          case Forwarder _, Stranger _, Others() -> false;
        };
    if (!counts) {
      return Optional.empty();
    }
    LocalDate from = survey.last().minusDays(RECENT_DAYS - 1L);
    DayCount before = sum(count, LocalDate.MIN, from);
    DayCount now = sum(count, from, LocalDate.MAX);
    boolean passedBefore =
        before.passed() >= PASSED_BEFORE
            && before.passed() * 100.0 >= before.messages() * SHARE_BEFORE;
    boolean failsNow =
        now.failed() >= FAILS_NOW && now.failed() * 100.0 >= now.messages() * SHARE_NOW;
    if (!passedBefore || !failsNow) {
      return Optional.empty();
    }
    LocalDate since =
        count.days().tailMap(from).entrySet().stream()
            .filter(day -> day.getValue().failed() > 0)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(from);
    return Optional.of(new Failing(count, since, before, now));
  }

  private static boolean passesAgain(DomainSurvey survey, SourceCount count) {
    DayCount now = sum(count, survey.last().minusDays(RECENT_DAYS - 1L), LocalDate.MAX);
    return now.passed() > 0 && now.passed() * 100.0 >= now.messages() * SHARE_BEFORE;
  }

  private static DayCount sum(SourceCount count, LocalDate from, LocalDate before) {
    DayCount sum = DayCount.NONE;
    for (DayCount day : count.days().subMap(from, before).values()) {
      sum = sum.plus(day);
    }
    return sum;
  }

  private static Notice notice(String domain, Failing failing) {
    String name = SurveyWords.shown(domain);
    Text source = SurveyWords.name(failing.count().source());
    var paragraphs = new ArrayList<Text>();
    paragraphs.add(
        SAY.failing(
            source,
            name,
            failing.before().passed(),
            failing.before().messages(),
            failing.since(),
            failing.now().failed(),
            failing.now().messages()));
    paragraphs.addAll(advice(domain, failing));
    paragraphs.add(SAY.failingSee(name));
    return new Notice(SAY.failingSubject(source, name), Text.paragraphs(paragraphs));
  }

  /// What is said of the source for its last days alone.
  private static List<Text> advice(String domain, Failing failing) {
    return Advisor.troubles(failing.count()).stream()
        .map(trouble -> SurveyWords.of(trouble, domain))
        .toList();
  }
}
