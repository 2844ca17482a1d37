package net.facteur.server.cli;

import java.io.IOException;
import java.time.InstantSource;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.sql.PostgresStore;
import net.facteur.queue.sql.SqlInspector;
import net.facteur.server.config.Settings;
import net.facteur.server.queue.StoreSettings;

/// The queue of a server that is not running.
record QueueReader(QueueInspector inspector, AutoCloseable closing) implements AutoCloseable {
  /// @throws IOException where there is none, or it cannot be read
  static QueueReader open(Settings settings, InstantSource clock) throws IOException {
    StoreSettings.Place place = StoreSettings.Place.from(settings);
    if (place.shared().isEmpty()) {
      ClosedPlace.followNoLinkOfOthers(place.directory());
    }
    SqlInspector inspector =
        place.shared().isPresent()
            ? PostgresStore.inspect(place.shared().get().postgres(), clock)
            : SqlInspector.open(place.directory(), clock);
    return new QueueReader(inspector, inspector);
  }

  @Override
  public void close() throws IOException {
    try {
      closing.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
