package net.facteur.server.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.report.received.ReceivedReports;
import net.facteur.server.report.received.SqlReceivedReports;

/// Opens the reports that are kept, to be read: a running server may add to them meanwhile.
public final class KeptSurveys {
  /// What only reads keeps nothing, so that its limits do not count.
  private static final SqlReceivedReports.Limits READ =
      new SqlReceivedReports.Limits(Duration.ofDays(400), 1L << 40, 1);

  private KeptSurveys() {}

  /// The file that they are in, where no database is shared.
  public static Path file(Settings settings) {
    return StoreSettings.Place.from(settings).directory().resolve(CountsDatabase.FILE_NAME);
  }

  /// Blocks for the DNS. Whoever opens them closes their reports.
  ///
  /// @return empty where the server has never kept anything
  public static Optional<Surveys> open(Settings settings, Resolver resolver) throws IOException {
    Optional<ReceivedReports> kept = reports(settings);
    return kept.map(
        reports ->
            new Surveys(
                reports,
                OwnIdentity.of(settings, resolver),
                KnownServices.shipped(),
                HostNames.in(resolver)));
  }

  private static Optional<ReceivedReports> reports(Settings settings) throws IOException {
    StoreSettings.Place place = StoreSettings.Place.from(settings);
    if (place.shared().isPresent()) {
      return Optional.of(SqlReceivedReports.shared(place.shared().get().postgres(), READ));
    }
    return Files.exists(file(settings))
        ? Optional.of(SqlReceivedReports.in(place.directory(), READ))
        : Optional.empty();
  }
}
