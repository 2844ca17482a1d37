package net.facteur.server.metrics;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Recipient;

/// Counts what comes of each turn of a recipient, and how long its message was here.
record WatchedAgent(DeliveryAgent agent, Meters meters, InstantSource clock)
    implements DeliveryAgent {
  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    Map<Recipient, DeliveryOutcome> outcomes = agent.deliver(attempt);
    long took = Duration.between(attempt.received(), clock.instant()).toNanos();
    for (DeliveryOutcome outcome : outcomes.values()) {
      meters.count(Metric.OUTCOMES, 1, word(outcome));
      if (outcome instanceof DeliveryOutcome.Delivered delivered) {
        meters.took(Metric.DELIVERY_TIME, took, delivered.relayed() ? "remote" : "mailbox");
      }
    }
    return outcomes;
  }

  static String word(DeliveryOutcome outcome) {
    return switch (outcome) {
      case DeliveryOutcome.Delivered _ -> "delivered";
      case DeliveryOutcome.Deferred _ -> "deferred";
      case DeliveryOutcome.Failed _ -> "failed";
    };
  }
}
