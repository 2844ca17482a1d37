package net.facteur.server.bounces;

import java.util.List;
import java.util.Optional;
import net.facteur.queue.EnhancedStatusCode;

/// What a report says of a message.
///
/// @param form how it was written
/// @param envelopeId the ENVID of the message that it reports on, in xtext as it came
/// @param about that message
/// @param recipients at least one, no address twice
public record DeliveryReport(
    Form form, Optional<String> envelopeId, ReturnedMessage about, List<Reported> recipients) {
  public DeliveryReport {
    recipients = List.copyOf(recipients);
  }

  /// How a report is written.
  public enum Form {
    /// With a `message/delivery-status` part.
    STANDARD,
    /// In words for people.
    FREE
  }

  /// What became of the message.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc3464#section-2.3.3 RFC 3464, section 2.3.3: Action
  public enum Fate {
    FAILED,
    DELAYED,
    DELIVERED,
    RELAYED,
    EXPANDED
  }

  /// Why, as far as it matters to whoever writes again.
  public enum Ground {
    /// There is no such mailbox.
    UNKNOWN_USER,
    /// There is no such domain, or nobody takes mail for it.
    UNKNOWN_HOST,
    /// The user has gone elsewhere.
    MOVED,
    /// The mailbox is full.
    FULL,
    /// The mailbox is there, and closed.
    DISABLED,
    /// Anything else, such as policy or content: it says nothing of the address.
    OTHER;

    /// True where another message to the same address will fare no better.
    public boolean lasting() {
      return switch (this) {
        case UNKNOWN_USER, UNKNOWN_HOST, MOVED -> true;
        case FULL, DISABLED, OTHER -> false;
      };
    }
  }

  /// A recipient of the message.
  ///
  /// @param address as the sender knows it, where the report tells
  /// @param others what the report calls him besides
  /// @param status empty where the report has none
  /// @param said what a server answered, or the words of the report; at most 1,000 characters
  public record Reported(
      String address,
      List<String> others,
      Fate fate,
      Optional<EnhancedStatusCode> status,
      Ground ground,
      String said) {
    public Reported {
      others = List.copyOf(others);
    }
  }

  /// Those for whom delivery failed for good.
  public List<Reported> failed() {
    return recipients.stream().filter(r -> r.fate() == Fate.FAILED).toList();
  }
}
