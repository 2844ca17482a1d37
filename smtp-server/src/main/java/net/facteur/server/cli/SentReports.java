package net.facteur.server.cli;

import java.io.IOException;
import java.util.Optional;
import net.facteur.server.config.Settings;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.report.dmarc.DmarcCountStore;

/// The counts for reports to others on the disk, which a running server adds to meanwhile.
final class SentReports {
  private SentReports() {}

  /// @return empty where the server has never kept anything
  static Optional<DmarcCountStore> of(Settings settings) throws IOException {
    Optional<StoreSettings.Place> place =
        KeptCounts.place(settings, ReportsSentTexts.SAY.reportsSentClosed());
    return place.isEmpty()
        ? Optional.empty()
        : Optional.of(DmarcCountStore.at(place.get(), DmarcCountStore.Limits.DEFAULTS));
  }
}
