package net.facteur.queue.schedule;

import java.time.Instant;
import java.util.Optional;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.Destination;

/// One destination: what waits for it in memory, what is known to wait in the store, and how the
/// destination has been doing.
final class Line {
  /// How much trust a destination has earned; the slots are shared by this.
  enum Standing {
    WORKING,
    UNKNOWN,
    DOWN
  }

  final Destination destination;
  final SenderRounds waiting = new SenderRounds();
  Standing standing = Standing.UNKNOWN;

  /// Attempts running.
  int running;

  /// Attempts that may run at a time.
  int limit;

  /// How often in a row it was down.
  int timesDown;

  /// What was said when it was found down; present while what is due is put off without trying.
  Optional<Deferred> downBecause = Optional.empty();

  /// When it was found down: what became due later is tried, not put off.
  Instant downSince = Instant.MIN;

  /// No attempt before.
  Instant restsUntil = Instant.MIN;

  /// When the earliest recipient left in the store is due.
  Instant nextDue = Instant.MAX;

  /// A page is being read.
  boolean loading;

  /// No attempt may begin before, the rate being limited.
  Instant pacedUntil = Instant.MIN;

  /// When it next wants a page; its place in the alarm order.
  Instant alarm = Instant.MAX;

  Line(Destination destination, int limit) {
    this.destination = destination;
    this.limit = limit;
  }

  boolean resting(Instant now) {
    return restsUntil.isAfter(now);
  }

  /// True where forgetting the line loses nothing.
  boolean forgettable(Instant now) {
    return waiting.size() == 0
        && running == 0
        && !loading
        && nextDue.equals(Instant.MAX)
        && !resting(now)
        && !pacedUntil.isAfter(now);
  }
}
