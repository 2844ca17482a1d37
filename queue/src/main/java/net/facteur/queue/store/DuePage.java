package net.facteur.queue.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Some of what is due for a destination.
///
/// @param consignments now leased to the caller
/// @param nextDue when the earliest recipient that was left in the store is due, which may be past;
///   empty where none is left
public record DuePage(List<Consignment> consignments, Optional<Instant> nextDue) {
  public DuePage {
    consignments = List.copyOf(consignments);
  }
}
