package net.facteur.server.sources;

import java.io.IOException;
import java.util.Optional;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.report.received.SqlReceivedReports;

/// Opens the reports that are kept, to be read: a running server may add to them meanwhile.
public final class KeptSurveys {
  private KeptSurveys() {}

  /// Blocks for the DNS. Whoever opens them closes their reports.
  ///
  /// @return empty where the server has never kept anything
  public static Optional<Surveys> open(Settings settings, Resolver resolver) throws IOException {
    return CountsDatabase.isAt(StoreSettings.Place.from(settings))
        ? Optional.of(
            new Surveys(
                SqlReceivedReports.of(settings),
                OwnIdentity.of(settings, resolver),
                KnownServices.shipped(),
                HostNames.in(resolver)))
        : Optional.empty();
  }
}
