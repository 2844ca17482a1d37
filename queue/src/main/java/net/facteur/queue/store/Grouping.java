package net.facteur.queue.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.queue.Destination;
import net.facteur.queue.Envelope;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.MoreRecipients;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;

/// Puts the recipients of a new message into consignments.
public final class Grouping {
  private Grouping() {}

  /// Recipients are numbered in the order of the envelopes, from 0.
  ///
  /// @param message the store's number of the message
  /// @param most recipients of one consignment
  public static List<Consignment> group(NewMessage mail, long message, int most) {
    return group(
        mail.envelopes(),
        0,
        new Kept(
            message,
            mail.id(),
            mail.traits(),
            mail.received(),
            mail.header().length + mail.body().size()),
        most);
  }

  /// Recipients of a message that is there already.
  ///
  /// @param message the store's number of the message
  /// @param first the number of the first of them
  /// @param most recipients of one consignment
  public static List<Consignment> group(MoreRecipients more, long message, int first, int most) {
    return group(
        more.envelopes(),
        first,
        new Kept(message, more.id(), more.traits(), more.received(), more.size()),
        most);
  }

  /// The message that they are recipients of.
  private record Kept(
      long message, QueueId id, MessageTraits traits, Instant received, long size) {}

  private static List<Consignment> group(List<Envelope> envelopes, int first, Kept mail, int most) {
    var groups = new LinkedHashMap<Hop, List<QueuedRecipient>>();
    int number = first;
    for (Envelope envelope : envelopes) {
      for (Recipient recipient : envelope.recipients()) {
        groups
            .computeIfAbsent(
                new Hop(envelope.reversePath(), recipient.destination()), _ -> new ArrayList<>(1))
            .add(new QueuedRecipient(number++, recipient, 0, false, mail.received()));
      }
    }
    var consignments = new ArrayList<Consignment>(groups.size());
    for (Map.Entry<Hop, List<QueuedRecipient>> group : groups.entrySet()) {
      List<QueuedRecipient> all = group.getValue();
      for (int from = 0; from < all.size(); from += most) {
        consignments.add(
            new Consignment(
                mail.message(),
                mail.id(),
                group.getKey().reversePath(),
                group.getKey().destination(),
                all.subList(from, Math.min(all.size(), from + most)),
                mail.traits(),
                mail.received(),
                mail.size(),
                false));
      }
    }
    return consignments;
  }

  private record Hop(ReversePath reversePath, Destination destination) {}
}
