package net.facteur.queue;

import java.time.Duration;
import java.util.Optional;

/// Where the shared queue is.
///
/// @param url `jdbc:postgresql://host/database`, with the driver's options
/// @param user who logs in, where the URL does not say so
/// @param password its password, which is never shown
/// @param lease how long what a node has taken stays its own after its last sign of life; 1 second
///   to 1 hour
public record PostgresSettings(
    String url, Optional<String> user, Optional<String> password, Duration lease) {
  /// Long enough for a pause of the process, short enough for the mail of a dead one.
  public static final Duration LEASE = Duration.ofMinutes(1);

  public PostgresSettings {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("the URL begins with jdbc:postgresql:");
    }
    if (lease.compareTo(Duration.ofSeconds(1)) < 0 || lease.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("a lease is 1 second to 1 hour");
    }
  }

  @Override
  public String toString() {
    return "PostgresSettings[" + lease + "]";
  }
}
