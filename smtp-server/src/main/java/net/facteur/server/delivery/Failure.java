package net.facteur.server.delivery;

import java.util.Optional;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.EnhancedStatusCode;

/// Why a candidate, or the destination as a whole, did not take a message.
///
/// @param down it says nothing about the recipients
record Failure(EnhancedStatusCode status, String reply, Optional<RemoteHost> remote, boolean down) {
  static Failure of(int category, int subject, int detail, String reply) {
    return new Failure(
        EnhancedStatusCode.of(category, subject, detail), reply, Optional.empty(), category == 4);
  }

  static Failure of(Reply reply, RemoteHost remote) {
    var status = reply.status();
    return new Failure(status, reply.text(), Optional.of(remote), status.category() == 4);
  }

  Failure at(RemoteHost host) {
    return new Failure(status, reply, Optional.of(host), down);
  }

  /// The same, as a failure of the host rather than of a recipient.
  Failure ofHost() {
    return new Failure(status, reply, remote, true);
  }

  /// The same, as one that leaves open how the destination is.
  Failure ofRecipients() {
    return new Failure(status, reply, remote, false);
  }

  boolean temporary() {
    return status.category() != 5;
  }

  /// Which of two failures to tell of: one that may pass, else the later.
  Failure after(Failure earlier) {
    return earlier.temporary() && !temporary() ? earlier : this;
  }

  DeliveryOutcome outcome() {
    return temporary()
        ? new DeliveryOutcome.Deferred(status, reply, remote, down, Optional.empty())
        : new DeliveryOutcome.Failed(status, reply, remote);
  }
}
