package net.facteur.server.destinations;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Recipient;
import net.facteur.server.delivery.Journey;
import net.facteur.server.delivery.Way;
import net.facteur.server.explanations.Explanations;

/// Tells the memory of destinations how each way of an attempt went, so that a provider that
/// refuses us is known for it although a second way brings the mail there.
public record DestinationFeedback(
    Journey.Carrier carrier,
    Destinations destinations,
    Explanations explanations,
    InstantSource clock)
    implements Journey.Carrier {
  @Override
  public Map<Recipient, DeliveryOutcome> carry(Way way, DeliveryAttempt attempt) {
    Instant began = clock.instant();
    Map<Recipient, DeliveryOutcome> outcomes = carrier.carry(way, attempt);
    destinations.ended(way, attempt, began, outcomes, explanations);
    return outcomes;
  }
}
