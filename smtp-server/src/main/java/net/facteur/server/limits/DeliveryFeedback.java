package net.facteur.server.limits;

import java.util.Map;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.Recipient;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Tells the limits of recipients whom their servers do not know.
///
/// @param queue says who answers for a message; asked only where a recipient is unknown
public record DeliveryFeedback(DeliveryAgent agent, QueueInspector queue, SendingLimits limits)
    implements DeliveryAgent {
  private static final Logger LOG = LogManager.getLogger(DeliveryFeedback.class);
  private static final EnhancedStatusCode UNKNOWN_USER = EnhancedStatusCode.of(5, 1, 1);

  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    Map<Recipient, DeliveryOutcome> outcomes = agent.deliver(attempt);
    int unknown = 0;
    for (Map.Entry<Recipient, DeliveryOutcome> each : outcomes.entrySet()) {
      if (each.getValue() instanceof DeliveryOutcome.Failed failed
          && failed.status().equals(UNKNOWN_USER)
          && each.getKey().forwarders().isEmpty()
          && Sending.leaves(each.getKey())) {
        unknown++;
      }
    }
    if (unknown > 0) {
      tell(attempt, unknown);
    }
    return outcomes;
  }

  private void tell(DeliveryAttempt attempt, int unknown) {
    try {
      queue.account(attempt.id()).ifPresent(account -> limits.unknown(account, unknown));
    } catch (QueueUnavailableException e) {
      LOG.warn(
          "id={} has unknown recipients that are not counted: {}", attempt.id(), e.getMessage());
    }
  }
}
