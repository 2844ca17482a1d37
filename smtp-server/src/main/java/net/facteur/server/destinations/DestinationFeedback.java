package net.facteur.server.destinations;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Recipient;
import net.facteur.server.explanations.Explanations;

/// Tells the memory of destinations how each attempt went.
public record DestinationFeedback(
    DeliveryAgent agent, Destinations destinations, Explanations explanations, InstantSource clock)
    implements DeliveryAgent {
  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    Instant began = clock.instant();
    Map<Recipient, DeliveryOutcome> outcomes = agent.deliver(attempt);
    destinations.ended(attempt, began, outcomes, explanations);
    return outcomes;
  }
}
