package net.facteur.server.bounces;

import java.util.List;
import java.util.Optional;

/// What a recipient complains of, as his provider tells it.
///
/// @param type `abuse`, `fraud`, `virus`, `opt-out`, `not-spam`, `auth-failure` and so on, in lower
///   case; others are kept as they came
/// @param mailFrom the reverse-path of the message, where the report tells
/// @param recipients whom it was for, as far as the report tells; some providers hide them
/// @param removals who wants no more of it
/// @param about the message itself
/// @spec https://www.rfc-editor.org/rfc/rfc5965#section-3 RFC 5965, section 3: Format of Email
///   Feedback Report
public record FeedbackReport(
    String type,
    Optional<String> mailFrom,
    List<String> recipients,
    List<String> removals,
    ReturnedMessage about) {
  public FeedbackReport {
    recipients = List.copyOf(recipients);
    removals = List.copyOf(removals);
  }

  /// True for what tells against the sender. What says that a message was no spam does not, and
  /// reports of failed authentication are about forgers mostly.
  public boolean complaint() {
    return switch (type) {
      case "not-spam", "auth-failure", "dmarc" -> false;
      default -> true;
    };
  }
}
