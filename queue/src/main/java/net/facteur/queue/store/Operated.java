package net.facteur.queue.store;

import java.time.Instant;
import java.util.List;
import net.facteur.queue.Destination;

/// What came of an operation.
///
/// @param recipients how many it changed
/// @param due destinations that the message's queued recipients have
/// @param at when they are due at the latest, for [Operation#RELEASE] and [Operation#RETRY]
public record Operated(int recipients, List<Destination> due, Instant at) {
  public Operated {
    due = List.copyOf(due);
  }
}
