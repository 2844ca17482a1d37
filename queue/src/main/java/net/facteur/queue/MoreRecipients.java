package net.facteur.queue;

import java.time.Instant;
import java.util.List;

/// Recipients that a queued message gets beside those that it has, such as the next members of a
/// list: one message may have very many, and nobody has to hold all of them.
///
/// Whoever adds them says after which one they come, so that nobody gets a message twice because a
/// crash left it unknown whether they were added.
///
/// @param id the message, of which a recipient must be open
/// @param after the reverse-path of the recipient that was added last, of whatever state
/// @param envelopes at least one
/// @param traits of the message
/// @param received when it was accepted
/// @param size its octets
public record MoreRecipients(
    QueueId id,
    ReversePath after,
    List<Envelope> envelopes,
    MessageTraits traits,
    Instant received,
    long size) {
  public MoreRecipients {
    envelopes = List.copyOf(envelopes);
    if (envelopes.isEmpty()) {
      throw new IllegalArgumentException("nobody to add");
    }
  }

  /// What becomes of them.
  public sealed interface Outcome {
    /// They are on disk, and on their way.
    record Added() implements Outcome {}

    /// Others were added since; nothing was changed.
    ///
    /// @param last the reverse-path of the one that was added last
    record Behind(ReversePath last) implements Outcome {}

    /// The message is not queued any more; nothing was changed.
    record Gone() implements Outcome {}
  }
}
