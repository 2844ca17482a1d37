package net.facteur.queue.store;

import java.time.Instant;
import net.facteur.queue.Destination;

/// A destination that has queued mail.
///
/// @param earliest when its first recipient is due
public record DueDestination(Destination destination, Instant earliest) {}
