package net.facteur.server.doctor;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Examinations of the server, one at a time.
public interface Examination {
  /// What was found, and when.
  record Examined(Instant at, List<Finding> findings) {
    public Examined {
      findings = List.copyOf(findings);
    }
  }

  /// What the last one found, since the settings were read last; empty before the first.
  Optional<Examined> last();

  /// Examines now, and mails nobody. Blocks for as long as the DNS and the network do.
  ///
  /// @param oldestQueued when the oldest queued message was taken
  List<Finding> examine(Optional<Instant> oldestQueued) throws IOException;
}
