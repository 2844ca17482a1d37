package net.facteur.server.quarantine;

import java.time.Instant;
import net.facteur.queue.QueueId;

/// What became of a message in quarantine for one recipient.
public sealed interface Fate {
  /// One word for programs.
  default String word() {
    return switch (this) {
      case Kept _ -> "kept";
      case Wished _ -> "wished";
      case Releasing _ -> "releasing";
      case Released _ -> "released";
      case Dropped _ -> "dropped";
      case Expired _ -> "expired";
    };
  }

  /// True while it may still be released.
  default boolean open() {
    return switch (this) {
      case Kept _, Wished _ -> true;
      case Releasing _, Released _, Dropped _, Expired _ -> false;
    };
  }

  /// True where the octets of the message are needed no longer.
  default boolean settled() {
    return switch (this) {
      case Kept _, Wished _, Releasing _ -> false;
      case Released _, Dropped _, Expired _ -> true;
    };
  }

  /// It waits.
  enum Kept implements Fate {
    KEPT
  }

  /// Somebody wanted it while no server ran, which releases it as soon as it does.
  ///
  /// @param ham it is to be learnt as wanted
  record Wished(Instant at, String by, boolean ham) implements Fate {}

  /// It is being queued. After a crash, the queue knows whether it was.
  ///
  /// @param as its name in the queue
  record Releasing(QueueId as, Instant at, String by) implements Fate {}

  /// It was queued.
  ///
  /// @param as its name in the queue
  record Released(QueueId as, Instant at, String by) implements Fate {}

  /// Somebody threw it away.
  record Dropped(Instant at, String by) implements Fate {}

  /// Nobody decided in time.
  record Expired(Instant at) implements Fate {}
}
