package net.facteur.queue.store;

import java.time.Instant;
import java.util.Optional;

/// When the oldest messages of some were accepted.
///
/// @param untold the oldest whose sender has not been told of a delay, empty where there is none
/// @param all the oldest, empty where there is none
public record Ages(Optional<Instant> untold, Optional<Instant> all) {}
