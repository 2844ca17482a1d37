package net.facteur.server.lists.posting;

import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.server.lists.ListAddress;

/// Reads mail to the addresses of a list that ask for something: its request and its unsubscribe
/// address. Called once for each such message, and again after a crash.
@FunctionalInterface
public interface ListMailReader {
  /// Blocks, within bounds.
  ///
  /// @param author who wrote it, as far as it is proven
  DeliveryOutcome read(ListAddress address, DeliveryAttempt attempt, Author author);
}
