package net.facteur.server.delivery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Recipient;

/// What a host said of the recipients of one transaction, and what becomes of each.
final class EnvelopeReplies {
  private final Session session;
  private final List<Recipient> recipients;

  /// In the order of the recipients; those behind its end have no reply yet.
  private final List<Reply> replies = new ArrayList<>();

  private final Map<Recipient, DeliveryOutcome> outcomes = new HashMap<>();

  EnvelopeReplies(Session session, List<Recipient> recipients) {
    this.session = session;
    this.recipients = recipients;
  }

  int count() {
    return recipients.size();
  }

  /// The reply to the next recipient.
  void add(Reply reply) {
    replies.add(reply);
  }

  /// How many recipients the host took.
  int accepted() {
    return (int) replies.stream().filter(Reply::positive).count();
  }

  boolean accepted(int i) {
    return i < replies.size() && replies.get(i).positive();
  }

  /// The latest reply that closes the session.
  Optional<Reply> closing() {
    return replies.reversed().stream().filter(Reply::closing).findFirst();
  }

  /// What became of the content for a recipient that was taken.
  void judged(int i, Reply reply) {
    outcomes.put(recipients.get(i), outcome(reply));
  }

  /// The same for all that were taken.
  void judged(Reply reply) {
    for (int i = 0; i < replies.size(); i++) {
      if (accepted(i)) {
        judged(i, reply);
      }
    }
  }

  /// Gives every recipient without an outcome this one.
  Map<Recipient, DeliveryOutcome> ended(Failure failure) {
    for (int i = 0; i < replies.size(); i++) {
      Reply reply = replies.get(i);
      if (!reply.positive() && !tooMany(reply)) {
        outcomes.put(recipients.get(i), outcome(reply));
      }
    }
    recipients.forEach(r -> outcomes.putIfAbsent(r, failure.outcome()));
    return outcomes;
  }

  /// Tells whether a refusal says less about a recipient than about how it was put.
  interface Doubting {
    boolean about(Reply reply, Recipient recipient);
  }

  /// Puts every recipient where it belongs.
  ///
  /// @param declined another host may take those that this one took
  ClientTransaction.Result.Done sorted(
      boolean usable, Optional<Reply> declined, Doubting doubting) {
    var again = new ArrayList<Recipient>();
    var elsewhere = new HashMap<Recipient, DeliveryOutcome.Deferred>();
    boolean some = accepted() > 0;
    for (int i = 0; i < recipients.size(); i++) {
      Recipient recipient = recipients.get(i);
      Reply reply = replies.get(i);
      boolean late = some && tooMany(reply);
      if (declined.isPresent() && (late || reply.positive())) {
        // Nothing was dealt with, so there is no next transaction to come first in.
        elsewhere.put(recipient, deferred(declined.get(), session.remote));
      } else if (late || (!reply.positive() && doubting.about(reply, recipient))) {
        again.add(recipient);
      } else if (reply.code() >= 500) {
        outcomes.put(recipient, outcome(reply));
      } else if (!reply.positive()) {
        // RFC 5321, section 5.1: hosts may be tried until one takes it.
        elsewhere.put(recipient, deferred(reply, session.remote));
      }
    }
    return new ClientTransaction.Result.Done(outcomes, again, elsewhere, usable);
  }

  /// Whether the recipient came too late in this transaction, and may come first in the next.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.10 RFC 5321, section 4.5.3.1.10:
  ///   Too Many Recipients Code: 452, and 552 of older hosts
  /// @spec https://www.rfc-editor.org/rfc/rfc3463#section-3.6 RFC 3463, section 3.6: X.5.3
  private static boolean tooMany(Reply reply) {
    if (reply.positive()) {
      return false;
    }
    EnhancedStatusCode status = reply.status();
    boolean counted = status.subject() == 5 && status.detail() == 3;
    return switch (reply.code()) {
      case 452 -> true;
      case 552 -> counted || (status.subject() == 0 && status.detail() == 0);
      default -> counted;
    };
  }

  DeliveryOutcome outcome(Reply reply) {
    return outcome(reply, reply.status());
  }

  DeliveryOutcome outcome(Reply reply, EnhancedStatusCode status) {
    var remote = Optional.of(session.remote);
    if (reply.positive()) {
      boolean lmtp = session.candidate.dialect() == Candidate.Dialect.LMTP;
      return new DeliveryOutcome.Delivered(
          status, reply.text(), remote, !lmtp, session.capabilities.dsn());
    }
    return reply.code() >= 500
        ? new DeliveryOutcome.Failed(status, reply.text(), remote)
        : deferred(reply, session.remote);
  }

  private static DeliveryOutcome.Deferred deferred(Reply reply, RemoteHost remote) {
    return new DeliveryOutcome.Deferred(
        reply.status(), reply.text(), Optional.of(remote), false, Optional.empty());
  }
}
