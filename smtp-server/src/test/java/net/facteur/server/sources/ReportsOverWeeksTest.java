package net.facteur.server.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.language.Language;
import net.facteur.server.letter.LetterPart.Said;
import net.facteur.server.notices.Notices.Notice;
import net.facteur.server.report.received.ReceivedReports;
import net.facteur.server.report.received.ReceivedReports.Arrival;
import net.facteur.server.report.received.SqlReceivedReports;
import net.facteur.server.report.received.SqlReceivedReports.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reports arrive day by day, are kept, and are read again by those who tell the postmaster.
class ReportsOverWeeksTest {
  @TempDir private Path directory;

  private final List<Notice> told = new ArrayList<>();
  private Instant now = Weeks.FIRST.atStartOfDay(ZoneOffset.UTC).toInstant();

  private ReceivedReports reports() {
    return SqlReceivedReports.in(directory, new Limits(Duration.ofDays(400), 1 << 30, 1000));
  }

  private Optional<Surveys> open() {
    return Optional.of(
        new Surveys(reports(), SourceSurveyTest.OWN, KnownServices.shipped(), HostNames.NONE));
  }

  /// The report on a day comes six hours after it.
  private void arrive(AggregateReport report) throws IOException {
    now = report.metadata().end().plus(Duration.ofHours(6));
    try (ReceivedReports reports = reports()) {
      var _ = reports.add(report, new Arrival(now, "receiver.example"));
    }
  }

  private FailingSources watch() {
    return new FailingSources(
        this::open, () -> SqlCountStore.in(directory, () -> now), told::add, () -> now);
  }

  private Said letter() throws IOException {
    return new ReportsInLetter(this::open).tell(now.minus(Duration.ofDays(7)), now);
  }

  private String words(Said said) {
    return switch (said) {
      case Said.Nothing() -> "";
      case Said.Calm(var line) -> line.in(Language.ENGLISH);
      case Said.News(var heading, var items) ->
          heading.in(Language.ENGLISH)
              + "\n"
              + String.join("\n", items.stream().map(item -> item.in(Language.ENGLISH)).toList());
    };
  }

  private void days(int from, int days, String p, Entry... entries) throws IOException {
    for (AggregateReport report : Weeks.daily(from, days, p, entries)) {
      arrive(report);
    }
  }

  @Test
  void afterFourQuietWeeksTheLetterTellsToTightenThePolicy() throws IOException {
    days(0, 21, "none", Weeks.own(9), Weeks.forged(2, "none"));
    Said third = letter();
    assertInstanceOf(Said.Calm.class, third);
    // of the seven days before, six have been reported on whole
    assertTrue(
        words(third).contains("example.org: 66 messages this week, 54 pass and 12 fail."),
        () -> words(third));
    days(21, 7, "none", Weeks.own(9), Weeks.forged(2, "none"));
    Said fourth = letter();
    assertInstanceOf(Said.News.class, fourth);
    assertTrue(
        words(fourth).contains("For 28 days, 252 of 252 messages of yours passed."),
        () -> words(fourth));
    assertTrue(words(fourth).contains("write p=quarantine in the place of p=none"));
  }

  @Test
  void whoTightenedIsNotToldAgain() throws IOException {
    days(0, 28, "none", Weeks.own(9));
    days(28, 5, "reject", Weeks.own(9));
    assertInstanceOf(Said.Calm.class, letter());
  }

  @Test
  void aSourceThatPassedAndBeginsToFailIsToldOnce() throws IOException {
    FailingSources watch = watch();
    days(0, 20, "none", Weeks.own(9), Weeks.website(4, true));
    watch.advance();
    assertEquals(List.of(), told);
    days(20, 1, "none", Weeks.own(9), Weeks.website(4, false));
    watch.advance();
    // of three days, it passed on two
    assertEquals(List.of(), told);
    days(21, 1, "none", Weeks.own(9), Weeks.website(4, false));
    watch.advance();
    assertEquals(1, told.size());
    String text = told.getFirst().text().in(Language.ENGLISH);
    assertTrue(
        text.contains("198.51.100.80 sent in the name of example.org passed: 76 of 76"), text);
    assertTrue(text.contains("Since 2026-11-21, 8 of 12 messages fail"), text);
    days(22, 3, "none", Weeks.own(9), Weeks.website(4, false));
    watch.advance();
    watch().advance();
    assertEquals(1, told.size());
    days(25, 4, "none", Weeks.own(9), Weeks.website(40, true));
    watch.advance();
    days(29, 3, "none", Weeks.own(9), Weeks.website(40, false));
    watch.advance();
    assertEquals(2, told.size());
  }

  @Test
  void strangersAndForwardersAreNoNews() throws IOException {
    FailingSources watch = watch();
    days(0, 20, "none", Weeks.own(9), Weeks.forwarded(5));
    days(20, 3, "none", Weeks.own(9), Weeks.listed(50), Weeks.forged(500, "none"));
    watch.advance();
    assertEquals(List.of(), told);
  }
}
