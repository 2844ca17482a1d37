package net.facteur.queue.run;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MessageContent;
import net.facteur.queue.Recipient;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.QueuedRecipient;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// One call of the delivery agent, whose bugs end here.
record AgentCall(DeliveryAgent agent) {
  private static final Logger LOG = LogManager.getLogger(AgentCall.class);

  private static final DeliveryOutcome PASSED_ON =
      new DeliveryOutcome.Delivered(
          EnhancedStatusCode.of(2, 1, 5),
          "passed on to the addresses behind the alias",
          Optional.empty(),
          false,
          false);

  /// @return what came of it by recipient, or empty where the agent itself failed
  Optional<Map<Recipient, DeliveryOutcome>> deliver(
      Consignment consignment, MessageContent content) {
    if (consignment.destination().equals(Destination.EXPANDED)) {
      return Optional.of(
          consignment.recipients().stream()
              .collect(Collectors.toMap(QueuedRecipient::recipient, _ -> PASSED_ON, (a, _) -> a)));
    }
    var attempt =
        new DeliveryAttempt(
            consignment.id(),
            consignment.reversePath(),
            consignment.destination(),
            consignment.recipients().stream().map(QueuedRecipient::recipient).distinct().toList(),
            content,
            consignment.traits(),
            consignment.attempt(),
            consignment.received(),
            consignment.mayRepeat()
                || consignment.recipients().stream().anyMatch(r -> r.attempts() > 0));
    try {
      return Optional.of(agent.deliver(attempt));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("delivery agent failed on id={}", consignment.id(), e);
      return Optional.empty();
    }
  }

  /// The words, where every recipient was told that the next hop as a whole is down.
  static Optional<Deferred> downBecause(Map<Recipient, DeliveryOutcome> outcomes) {
    Optional<Deferred> because = Optional.empty();
    for (DeliveryOutcome outcome : outcomes.values()) {
      if (outcome instanceof Deferred deferred && deferred.destinationDown()) {
        because = Optional.of(deferred);
      } else {
        return Optional.empty();
      }
    }
    return because;
  }

  /// True where the next hop closed the door for now, or put mail off by its rules, as those do
  /// that count what comes from a client.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc5321#section-3.8 RFC 5321, section 3.8: 421
  static boolean wantsLess(Map<Recipient, DeliveryOutcome> outcomes) {
    return outcomes.values().stream()
        .anyMatch(
            outcome ->
                outcome instanceof Deferred
                    && (outcome.reply().startsWith("421") || outcome.status().subject() == 7));
  }
}
