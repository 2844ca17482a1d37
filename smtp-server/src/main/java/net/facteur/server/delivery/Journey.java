package net.facteur.server.delivery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Recipient;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// One attempt by one way, and by another where that is chosen. A recipient goes on only if no host
/// can have the message for it.
///
/// @param carrier carries an attempt by one way
public record Journey(Carrier carrier) {
  private static final Logger LOG = LogManager.getLogger(Journey.class);

  /// Ways taken in one attempt: the second, and the first again where that leads back to us.
  private static final int MAX_WAYS = 3;

  /// Carries an attempt by one way.
  @FunctionalInterface
  public interface Carrier {
    /// @return an outcome for each recipient
    Map<Recipient, DeliveryOutcome> carry(Way way, DeliveryAttempt attempt);
  }

  /// @return an outcome for each recipient
  public Map<Recipient, DeliveryOutcome> make(DeliveryAttempt attempt, Ways.Trip trip) {
    Map<Recipient, DeliveryOutcome> latest = carrier.carry(trip.way(), attempt);
    var outcomes = new HashMap<>(latest);
    for (int taken = 1; taken < MAX_WAYS; taken++) {
      Map<Recipient, DeliveryOutcome> certain = certain(latest);
      Optional<Ways.Onward> onward = trip.after(certain);
      if (onward.isEmpty()) {
        return outcomes;
      }
      List<Recipient> going =
          attempt.recipients().stream()
              .filter(onward.get().recipients()::contains)
              .filter(r -> undelivered(certain, r))
              .toList();
      if (going.isEmpty()) {
        return outcomes;
      }
      LOG.info(
          "route id={} destination={} way={} recipients={} after=\"{}\"",
          attempt.id(),
          attempt.destination(),
          onward.get().way().name(),
          going.size(),
          said(certain, going.getFirst()));
      latest = carrier.carry(onward.get().way(), attempt.with(going));
      latest.forEach(
          (recipient, outcome) -> {
            if (!leadsBack(outcome)) {
              outcomes.put(recipient, outcome);
            }
          });
    }
    var _ = trip.after(certain(latest));
    return outcomes;
  }

  private static String said(Map<Recipient, DeliveryOutcome> outcomes, Recipient recipient) {
    return Optional.ofNullable(outcomes.get(recipient)).map(DeliveryOutcome::reply).orElse("");
  }

  private static Map<Recipient, DeliveryOutcome> certain(Map<Recipient, DeliveryOutcome> outcomes) {
    var certain = new HashMap<>(outcomes);
    certain.values().removeIf(ClientTransaction::uncertain);
    return certain;
  }

  private static boolean undelivered(Map<Recipient, DeliveryOutcome> certain, Recipient recipient) {
    return switch (certain.get(recipient)) {
      case null -> false;
      case DeliveryOutcome.Delivered _ -> false;
      case DeliveryOutcome.Deferred _, DeliveryOutcome.Failed _ -> true;
    };
  }

  /// A way that leads back to this server is none, so what the one before led to counts.
  public static boolean leadsBack(DeliveryOutcome outcome) {
    return outcome instanceof DeliveryOutcome.Failed failed
        && failed.remote().isEmpty()
        && failed.status().equals(EnhancedStatusCode.of(5, 4, 6));
  }
}
