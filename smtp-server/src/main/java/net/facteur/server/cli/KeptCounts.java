package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.language.Text;
import net.facteur.server.queue.StoreSettings;

/// What was counted, for a command that looks at it on the disk, whether a server runs or not.
final class KeptCounts {
  private KeptCounts() {}

  /// Where it lies. No file is made, and no link of the server's user is followed.
  ///
  /// @param what cannot be looked at, if the place is closed to whoever types
  /// @return empty where the server has never kept anything
  /// @throws ClosedPlaceException where the place is closed
  static Optional<StoreSettings.Place> place(Settings settings, Text what) throws IOException {
    StoreSettings.Place place = StoreSettings.Place.from(settings);
    if (place.shared().isEmpty()) {
      Path file = place.directory().resolve(CountsDatabase.FILE_NAME);
      Optional<ClosedPlace> closed = ClosedPlace.before(file, true);
      if (closed.isPresent()) {
        throw new ClosedPlaceException(what, closed.get());
      }
      ClosedPlace.followNoLinkOfOthers(file);
    }
    return Optional.of(place).filter(CountsDatabase::isAt);
  }
}
