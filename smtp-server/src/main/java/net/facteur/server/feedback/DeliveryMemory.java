package net.facteur.server.feedback;

import java.util.Map;
import java.util.Optional;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Recipient;
import net.facteur.server.bounces.DeliveryReport.Ground;
import net.facteur.server.bounces.Grounds;
import net.facteur.server.routing.NextHop;

/// Tells the memories how attempts ended for recipients elsewhere.
///
/// @param agent carries the mail
record DeliveryMemory(
    DeliveryAgent agent, DeadAddresses dead, ForwardMemory forwards, ForwardShare share)
    implements DeliveryAgent {
  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    Map<Recipient, DeliveryOutcome> outcomes = agent.deliver(attempt);
    if (NextHop.parse(attempt.destination()) instanceof Parsed.Ok<NextHop>(NextHop hop)
        && hop.foreign()) {
      // A smarthost knows nothing of the recipient yet.
      boolean certain = !(hop instanceof NextHop.Relay);
      outcomes.forEach((recipient, outcome) -> ended(recipient, outcome, certain));
    }
    return outcomes;
  }

  private void ended(Recipient recipient, DeliveryOutcome outcome, boolean certain) {
    String address = recipient.address().text();
    boolean forwarded = !recipient.forwarders().isEmpty();
    switch (outcome) {
      case DeliveryOutcome.Delivered _ -> {
        share.delivered(forwarded);
        if (certain) {
          dead.arrived(address);
        }
        if (forwarded) {
          forwards.arrived(recipient.forwarders().getLast(), recipient.address(), certain);
        }
      }
      case DeliveryOutcome.Failed(var status, String reply, var _) -> {
        Ground ground = Grounds.of(Optional.of(status), reply);
        dead.refused(address, ground, reply);
        failed(recipient, true, DeadAddresses.counts(ground), reply);
      }
      case DeliveryOutcome.Deferred(var status, String reply, var _, boolean down, var _) -> {
        // What keeps everything for a host waiting may be our own line.
        boolean full = !down && Grounds.of(Optional.of(status), reply) == Ground.FULL;
        if (full) {
          dead.refused(address, Ground.FULL, reply);
        }
        failed(recipient, false, full, reply);
      }
    }
  }

  private void failed(Recipient recipient, boolean refused, boolean gone, String reply) {
    if (!recipient.forwarders().isEmpty()) {
      forwards.failed(
          Optional.of(recipient.forwarders().getLast()), recipient.address(), refused, gone, reply);
    }
  }
}
