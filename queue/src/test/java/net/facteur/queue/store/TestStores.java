package net.facteur.queue.store;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import net.facteur.queue.QueueSettings;

/// Stores that are not set up as they should be.
public final class TestStores {
  private TestStores() {}

  /// @param pragmas run on the writing connection after the production ones
  public static SqliteStore open(QueueSettings settings, InstantSource clock, List<String> pragmas)
      throws IOException {
    return SqliteStore.open(settings, clock, () -> pragmas);
  }
}
