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

  /// What was said when it was found down; present until it works.
  Optional<Deferred> downBecause = Optional.empty();

  /// When to look whether somebody has to be told of what waits here, the destination being down.
  Instant reviewAt = Instant.MAX;

  /// No attempt before.
  Instant restsUntil = Instant.MIN;

  /// When the earliest recipient left in the store is due.
  Instant nextDue = Instant.MAX;

  /// The store is being read.
  boolean loading;

  /// No attempt may begin before, the rate being limited.
  Instant pacedUntil = Instant.MIN;

  /// When the store is to be read for it; its place in the alarm order.
  Instant alarm = Instant.MAX;

  Line(Destination destination, int limit) {
    this.destination = destination;
    this.limit = limit;
  }

  /// What it shares with others.
  Optional<Group> group = Optional.empty();

  /// Nothing is attempted now, by what this destination did or by what its group may have.
  boolean resting(Instant now) {
    return restsUntil.isAfter(now) || group.filter(its -> its.held(now)).isPresent();
  }

  /// The end of the rest.
  Instant rest() {
    Instant held = group.map(its -> its.heldUntil).orElse(Instant.MIN);
    return held.isAfter(restsUntil) ? held : restsUntil;
  }

  /// Why senders whose mail gets old here are told without an attempt; empty where attempts tell.
  Optional<Deferred> because(Instant now) {
    return group.filter(its -> its.held(now)).flatMap(its -> its.because).or(() -> downBecause);
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
