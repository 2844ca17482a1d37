package net.facteur.queue.sql;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.schedule.GroupCommit;

/// Stores that are not set up as usual.
public final class TestStores {
  private static final Duration SHORT_LEASE = Duration.ofSeconds(5);

  private TestStores() {}

  /// @param how the URL of a shared queue, or pragmas that are run on the writing connection of an
  ///   embedded one after those of production
  public static SqlStore open(QueueSettings settings, InstantSource clock, List<String> how)
      throws IOException {
    if (!how.isEmpty() && how.getFirst().startsWith("jdbc:")) {
      var database =
          new PostgresSettings(how.getFirst(), Optional.empty(), Optional.empty(), SHORT_LEASE);
      return PostgresStore.open(settings, database, clock);
    }
    return SqliteStore.open(settings, clock, GroupCommit.STANDARD, () -> how);
  }
}
