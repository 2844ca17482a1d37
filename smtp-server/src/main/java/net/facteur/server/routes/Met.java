package net.facteur.server.routes;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Recipient;
import net.facteur.server.explanations.About;
import net.facteur.server.explanations.Explanations;

/// What a message met on the first way, seen by whether that way is open.
///
/// @param delivered somebody got it
/// @param refused recipients who did not, because of us, for good
/// @param troubled recipients who did not, because of us or since nobody could be reached, for now
/// @param unfinished recipients who may go another way: `refused`, and all who are put off
/// @param open a host dealt with the message: took it, or refused it for a reason that is not us
/// @param said what closed the way, or may
record Met(
    boolean delivered,
    Set<Recipient> refused,
    Set<Recipient> troubled,
    Set<Recipient> unfinished,
    boolean open,
    String said) {
  Met {
    refused = Set.copyOf(refused);
    troubled = Set.copyOf(troubled);
    unfinished = Set.copyOf(unfinished);
  }

  static Met of(Map<Recipient, DeliveryOutcome> outcomes, Explanations explanations) {
    var refused = new HashSet<Recipient>();
    var troubled = new HashSet<Recipient>();
    var unfinished = new HashSet<Recipient>();
    boolean delivered = false;
    boolean open = false;
    String saidForGood = "";
    String saidForNow = "";
    for (Map.Entry<Recipient, DeliveryOutcome> each : outcomes.entrySet()) {
      DeliveryOutcome outcome = each.getValue();
      switch (outcome) {
        case DeliveryOutcome.Delivered _ -> {
          delivered = true;
          open = true;
        }
        case DeliveryOutcome.Failed failed -> {
          switch (explanations.of(failed).about()) {
            case US -> {
              // What we decide ourselves has no host that said it.
              if (failed.remote().isPresent()) {
                refused.add(each.getKey());
                unfinished.add(each.getKey());
                saidForGood = failed.reply();
              }
            }
            case RECIPIENT, CONTENT -> open |= failed.remote().isPresent();
            case RATE, TEMPORARY, OTHER -> {}
          }
        }
        case DeliveryOutcome.Deferred deferred -> {
          if (!protection(deferred.status())) {
            unfinished.add(each.getKey());
            if ((deferred.destinationDown() && deferred.remote().isPresent())
                || explanations.of(deferred).about() == About.US) {
              troubled.add(each.getKey());
              saidForNow = deferred.reply();
            }
          }
        }
      }
    }
    return new Met(
        delivered,
        refused,
        troubled,
        unfinished,
        open,
        refused.isEmpty() ? saidForNow : saidForGood);
  }

  /// The connection could not be protected as the domain or the sender demands it. Another way
  /// would go round that.
  private static boolean protection(EnhancedStatusCode status) {
    return status.subject() == 7 && (status.detail() == 5 || status.detail() == 10);
  }

  /// Recipients whose way led back to this server.
  static Set<Recipient> looped(Map<Recipient, DeliveryOutcome> outcomes) {
    var looped = new HashSet<Recipient>();
    outcomes.forEach(
        (recipient, outcome) -> {
          if (isLoop(outcome)) {
            looped.add(recipient);
          }
        });
    return looped;
  }

  private static boolean isLoop(DeliveryOutcome outcome) {
    return outcome instanceof DeliveryOutcome.Failed failed
        && failed.remote().isEmpty()
        && failed.status().equals(EnhancedStatusCode.of(5, 4, 6));
  }
}
