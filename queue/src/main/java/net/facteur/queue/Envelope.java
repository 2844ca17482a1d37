package net.facteur.queue;

import java.util.List;

/// A reverse-path and the recipients that share it. A forwarded message has several envelopes over
/// one content, since SRS gives the forwarded copies a reverse-path of their own.
public record Envelope(ReversePath reversePath, List<Recipient> recipients) {
  public Envelope {
    recipients = List.copyOf(recipients);
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("an envelope needs a recipient");
    }
  }
}
