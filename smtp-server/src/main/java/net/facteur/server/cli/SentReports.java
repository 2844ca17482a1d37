package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.report.dmarc.DmarcCountStore;

/// The counts for reports to others on the disk, which a running server adds to meanwhile.
final class SentReports {
  private SentReports() {}

  /// @return empty where the server has never kept anything
  static Optional<DmarcCountStore> of(Settings settings) throws IOException {
    StoreSettings.Place place = StoreSettings.Place.from(settings);
    if (place.shared().isPresent()) {
      return Optional.of(
          DmarcCountStore.shared(place.shared().get().postgres(), DmarcCountStore.Limits.DEFAULTS));
    }
    Path file = place.directory().resolve(CountsDatabase.FILE_NAME);
    Optional<ClosedPlace> closed = ClosedPlace.before(file, true);
    if (closed.isPresent()) {
      throw new ClosedPlaceException(ReportsSentTexts.SAY.reportsSentClosed(), closed.get());
    }
    ClosedPlace.followNoLinkOfOthers(file);
    return Files.exists(file)
        ? Optional.of(DmarcCountStore.in(place.directory(), DmarcCountStore.Limits.DEFAULTS))
        : Optional.empty();
  }
}
