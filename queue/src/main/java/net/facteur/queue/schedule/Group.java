package net.facteur.queue.schedule;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import net.facteur.queue.DeliveryOutcome.Deferred;

/// Lines whose destinations share what they may have.
final class Group {
  final String name;
  final Set<Line> lines = new HashSet<>();

  /// Lines that could go but for the group, in turn.
  final SequencedSet<Line> blocked = new LinkedHashSet<>();

  /// Attempts running.
  int running;

  /// No attempt before; [Instant#MAX] where the end of one decides.
  Instant until = Instant.MIN;

  /// Mail for it stays in the store before.
  Instant heldUntil = Instant.MIN;

  /// Why it is held.
  Optional<Deferred> because = Optional.empty();

  Group(String name) {
    this.name = name;
  }

  boolean held(Instant now) {
    return heldUntil.isAfter(now);
  }
}
