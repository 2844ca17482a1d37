package net.facteur.queue;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One recipient on its way to one next hop.
///
/// @param address the forward-path for the next hop (after aliases and forwards)
/// @param destination the next hop
/// @param notifyOn which reports the sender asked for; empty Optional where NOTIFY was absent, an
///   empty set for NEVER
/// @param originalRecipient the ORCPT value as received (`rfc822;...` or `utf-8;...`, still in
///   xtext), or, where the address was rewritten here, the recipient as the sender wrote it
/// @param forwarders the addresses here that passed the message on to it, the first one first; none
///   where the sender wrote to it himself
public record Recipient(
    MailAddress address,
    Destination destination,
    Optional<Set<Notify>> notifyOn,
    Optional<String> originalRecipient,
    List<MailAddress> forwarders) {
  public Recipient {
    notifyOn = notifyOn.map(Set::copyOf);
    forwarders = List.copyOf(forwarders);
  }

  /// A recipient that the sender wrote to himself.
  public Recipient(
      MailAddress address,
      Destination destination,
      Optional<Set<Notify>> notifyOn,
      Optional<String> originalRecipient) {
    this(address, destination, notifyOn, originalRecipient, List.of());
  }

  /// The same on another way.
  public Recipient on(Destination other) {
    return new Recipient(address, other, notifyOn, originalRecipient, forwarders);
  }

  /// A recipient without DSN wishes.
  public static Recipient of(MailAddress address, Destination destination) {
    return new Recipient(address, destination, Optional.empty(), Optional.empty());
  }

  /// True where the sender wants to hear of `event`; without NOTIFY that is failure and delay.
  public boolean wants(Notify event) {
    return notifyOn.map(n -> n.contains(event)).orElse(event != Notify.SUCCESS);
  }
}
