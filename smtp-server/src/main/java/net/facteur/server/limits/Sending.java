package net.facteur.server.limits;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.Destination;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.Recipient;
import net.facteur.server.routing.NextHop;
import net.facteur.server.smtp.SmtpClient;

/// A message of one of our own on its way into the queue.
///
/// @param outside the addresses elsewhere that the sender wrote to himself, in lower case
/// @param subject as it stands in the field; empty where there is none
/// @param spam why a filter wants it held; empty where none does
public record Sending(
    SmtpClient client, List<String> outside, Optional<String> subject, Optional<String> spam) {
  public Sending {
    outside = List.copyOf(outside);
  }

  /// One that no filter wants held.
  public Sending(SmtpClient client, List<String> outside, Optional<String> subject) {
    this(client, outside, subject, Optional.empty());
  }

  /// The same, which a filter wants held.
  ///
  /// @param why empty where none does
  public Sending held(Optional<String> why) {
    return new Sending(client, outside, subject, why);
  }

  /// What an address here passes on counts for that address.
  public static Sending of(SmtpClient client, List<Envelope> envelopes, MessageHeader header) {
    return new Sending(
        client,
        envelopes.stream()
            .flatMap(envelope -> envelope.recipients().stream())
            .filter(r -> r.forwarders().isEmpty() && leaves(r))
            .map(r -> QueueFilter.lower(r.address().text()))
            .toList(),
        header.first("Subject").map(field -> field.unfolded()));
  }

  static boolean leaves(Recipient recipient) {
    Destination destination = recipient.destination();
    return !destination.equals(Destination.EXPANDED)
        && NextHop.parse(destination) instanceof Parsed.Ok<NextHop>(NextHop hop)
        && hop.foreign();
  }

  /// The user who logged in; empty for networks and for users of the system.
  public Optional<MailAddress> user() {
    return SendingAccount.of(client, List.of()).user();
  }

  InetAddress from() {
    return client.remote().getAddress();
  }
}
