package net.facteur.queue;

import java.util.Map;

/// Carries mail to a next hop.
@FunctionalInterface
public interface DeliveryAgent {
  /// Attempts delivery once, blocking its (virtual) thread, within bounded time. Whatever the
  /// network or the peer does becomes an outcome; a recipient missing from the result counts as
  /// deferred. Safe for many threads at once.
  ///
  /// @return an outcome for each recipient of the attempt
  Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt);
}
