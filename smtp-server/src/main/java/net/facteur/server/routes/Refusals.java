package net.facteur.server.routes;

import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;

/// Tells whom a refusal is about. What nobody can tell is not about us, so that no message takes
/// another way without a reason.
@FunctionalInterface
public interface Refusals {
  /// Whom a refusal is about.
  enum About {
    /// This server, its address or its name: another way may do.
    US,
    RECIPIENT,
    CONTENT,
    /// How much we send.
    RATE,
    UNKNOWN
  }

  /// @param reply what the host said, code first
  About about(EnhancedStatusCode status, String reply);

  /// The same of an outcome.
  default About about(DeliveryOutcome outcome) {
    return about(outcome.status(), outcome.reply());
  }
}
