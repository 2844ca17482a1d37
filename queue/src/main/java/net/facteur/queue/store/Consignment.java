package net.facteur.queue.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;

/// Recipients of one message that share reverse-path and next hop: what one attempt carries.
/// Whoever got it from the store holds a lease on each recipient until it is settled or released.
///
/// @param message the store's number of the message
/// @param id its queue id
/// @param reversePath the MAIL FROM
/// @param destination the next hop
/// @param recipients at least one
/// @param traits what MAIL declared
/// @param received when the message was accepted
/// @param size octets of the message
/// @param mayRepeat another process, now gone or sharing the store, may have attempted it without
///   writing it down
public record Consignment(
    long message,
    QueueId id,
    ReversePath reversePath,
    Destination destination,
    List<QueuedRecipient> recipients,
    MessageTraits traits,
    Instant received,
    long size,
    boolean mayRepeat) {
  public Consignment {
    recipients = List.copyOf(recipients);
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a consignment needs a recipient");
    }
  }

  /// The same with some of its recipients, empty where none is chosen.
  public Optional<Consignment> only(Predicate<QueuedRecipient> chosen) {
    List<QueuedRecipient> some = recipients.stream().filter(chosen).toList();
    return some.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Consignment(
                message, id, reversePath, destination, some, traits, received, size, mayRepeat));
  }

  /// The same, of which it is known that nobody but this process has attempted it.
  public Consignment unrepeated() {
    return new Consignment(
        message, id, reversePath, destination, recipients, traits, received, size, false);
  }

  /// The attempt that comes next, 1 for the first.
  public int attempt() {
    return 1 + recipients.stream().mapToInt(QueuedRecipient::attempts).min().orElse(0);
  }
}
