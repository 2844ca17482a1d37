package net.facteur.queue;

import java.time.Instant;
import java.util.List;

/// One message, one reverse-path, one next hop: what a delivery agent gets at a time.
///
/// @param id the message
/// @param reversePath the MAIL FROM to use
/// @param destination the next hop that all `recipients` share
/// @param recipients at least one
/// @param content the message
/// @param traits what the sender declared
/// @param number 1 for the first attempt at this group
/// @param received when the message was accepted
/// @param mayRepeat somebody may have delivered it before and not have written it down: an earlier
///   process that was killed, another one that shares the queue, or an attempt that failed late
public record DeliveryAttempt(
    QueueId id,
    ReversePath reversePath,
    Destination destination,
    List<Recipient> recipients,
    MessageContent content,
    MessageTraits traits,
    int number,
    Instant received,
    boolean mayRepeat) {
  public DeliveryAttempt {
    recipients = List.copyOf(recipients);
  }

  /// The same for other recipients, such as some of them.
  public DeliveryAttempt with(List<Recipient> others) {
    return new DeliveryAttempt(
        id, reversePath, destination, others, content, traits, number, received, mayRepeat);
  }

  /// The same with other content.
  public DeliveryAttempt with(MessageContent other) {
    return new DeliveryAttempt(
        id, reversePath, destination, recipients, other, traits, number, received, mayRepeat);
  }

  /// The same at another next hop.
  public DeliveryAttempt at(Destination other) {
    return new DeliveryAttempt(
        id, reversePath, other, recipients, content, traits, number, received, mayRepeat);
  }
}
