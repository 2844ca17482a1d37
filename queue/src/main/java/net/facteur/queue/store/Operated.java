package net.facteur.queue.store;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.facteur.queue.Destination;

/// What came of an operation.
///
/// @param meant the numbers of the open recipients that were meant, changed or not
/// @param recipients how many it changed
/// @param due destinations that the message's queued recipients have
/// @param at when they are due at the latest, for [Operation#RELEASE] and [Operation#RETRY]
public record Operated(Set<Integer> meant, int recipients, List<Destination> due, Instant at) {
  public Operated {
    meant = Set.copyOf(meant);
    due = List.copyOf(due);
  }
}
