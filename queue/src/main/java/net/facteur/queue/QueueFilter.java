package net.facteur.queue;

import java.util.Optional;

/// Which messages a list shows: those with an open recipient to which everything applies that is
/// present.
///
/// @param destination its next hop
/// @param state its state; only [RecipientState#open] ones find anything
/// @param reversePath its reverse-path without brackets, compared octet for octet
/// @param address its forward-path without brackets, compared octet for octet
public record QueueFilter(
    Optional<Destination> destination,
    Optional<RecipientState> state,
    Optional<String> reversePath,
    Optional<String> address) {
  /// Everything that is queued.
  public static final QueueFilter ALL =
      new QueueFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public QueueFilter with(Destination wanted) {
    return new QueueFilter(Optional.of(wanted), state, reversePath, address);
  }

  public QueueFilter with(RecipientState wanted) {
    return new QueueFilter(destination, Optional.of(wanted), reversePath, address);
  }

  public QueueFilter from(String wanted) {
    return new QueueFilter(destination, state, Optional.of(wanted), address);
  }

  public QueueFilter to(String wanted) {
    return new QueueFilter(destination, state, reversePath, Optional.of(wanted));
  }
}
