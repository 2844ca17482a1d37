package net.facteur.queue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Writes delivery status notifications; the queue commits them together with what they report.
@FunctionalInterface
public interface ReportWriter {
  /// The report to queue, or empty where none is due (null reverse-path, or nobody asked).
  Optional<NewMessage> report(Report report);

  /// What has become of some recipients of one envelope.
  ///
  /// @param id the message reported about
  /// @param reversePath to whom the report goes
  /// @param content the message
  /// @param traits RET, ENVID and whether the report must be in UTF-8 form
  /// @param received when the message was accepted
  /// @param entries the recipients, all with the same reverse-path
  record Report(
      QueueId id,
      ReversePath reversePath,
      MessageContent content,
      MessageTraits traits,
      Instant received,
      List<Entry> entries) {
    public Report {
      entries = List.copyOf(entries);
    }
  }

  /// One recipient of a report.
  ///
  /// @param lastAttempt when it was last tried
  /// @param giveUpAt for a delay, when the queue will give up
  record Entry(
      Recipient recipient,
      Event event,
      DeliveryOutcome outcome,
      Instant lastAttempt,
      Optional<Instant> giveUpAt) {}

  /// The action-value of RFC 3464, section 2.3.3.
  enum Event {
    FAILED,
    DELAYED,
    DELIVERED,
    RELAYED,
    EXPANDED
  }
}
