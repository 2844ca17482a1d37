package net.facteur.server.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.report.received.ReceivedReports;
import net.facteur.server.report.received.ReceivedReports.Arrival;
import net.facteur.server.report.received.SqlReceivedReports;
import net.facteur.server.report.received.SqlReceivedReports.Limits;

/// Four weeks of reports, as whoever shows them finds them.
public final class SampleSurveys {
  private SampleSurveys() {}

  private static ReceivedReports reports(Path directory) {
    return SqlReceivedReports.in(directory, new Limits(Duration.ofDays(400), 1 << 30, 1000));
  }

  /// @return empty before any was kept
  public static Optional<Surveys> open(Path directory) {
    return Files.exists(directory.resolve(CountsDatabase.FILE_NAME))
        ? Optional.of(
            new Surveys(
                reports(directory), SourceSurveyTest.OWN, KnownServices.shipped(), HostNames.NONE))
        : Optional.empty();
  }

  /// Keeps them.
  ///
  /// @param evil what a stranger calls himself
  /// @return when the last one arrived
  public static Instant keep(Path directory, String evil) throws IOException {
    Instant now = Instant.EPOCH;
    try (ReceivedReports reports = reports(directory)) {
      for (AggregateReport report :
          Weeks.daily(0, 28, "none", Weeks.own(9), Weeks.forged(2, "none"), Weeks.brevo(3))) {
        now = report.metadata().end().plus(Duration.ofHours(6));
        var _ = reports.add(report, new Arrival(now, evil));
      }
    }
    return now;
  }
}
