package net.facteur.queue;

import java.time.Instant;
import java.util.Optional;

/// Which open recipients are meant: those to which everything applies that is present. Addresses
/// and domains are compared without regard to the case of ASCII letters.
///
/// @param destination its next hop
/// @param state its state; only [RecipientState#open] ones find anything
/// @param reversePath its reverse-path without brackets
/// @param address its forward-path without brackets
/// @param domain the domain of its forward-path
/// @param before its message was accepted before this
/// @param after its message was accepted at this moment or later
public record QueueFilter(
    Optional<Destination> destination,
    Optional<RecipientState> state,
    Optional<String> reversePath,
    Optional<String> address,
    Optional<String> domain,
    Optional<Instant> before,
    Optional<Instant> after) {
  /// Everything that is queued.
  public static final QueueFilter ALL =
      new QueueFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public QueueFilter with(Destination wanted) {
    return new QueueFilter(Optional.of(wanted), state, reversePath, address, domain, before, after);
  }

  public QueueFilter with(RecipientState wanted) {
    return new QueueFilter(
        destination, Optional.of(wanted), reversePath, address, domain, before, after);
  }

  public QueueFilter from(String wanted) {
    return new QueueFilter(destination, state, Optional.of(wanted), address, domain, before, after);
  }

  public QueueFilter to(String wanted) {
    return new QueueFilter(
        destination, state, reversePath, Optional.of(wanted), domain, before, after);
  }

  public QueueFilter toDomain(String wanted) {
    return new QueueFilter(
        destination, state, reversePath, address, Optional.of(wanted), before, after);
  }

  /// ASCII letters in lower case.
  public static String lower(String text) {
    var out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      char c = out.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        out.setCharAt(i, (char) (c + 32));
      }
    }
    return out.toString();
  }
}
