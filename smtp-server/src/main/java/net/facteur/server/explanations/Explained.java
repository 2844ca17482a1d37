package net.facteur.server.explanations;

import java.util.Optional;

/// What is known of a refusal.
///
/// @param cause why, by the entry or else by the codes
/// @param entry what the table says; empty where nothing in it fits
public record Explained(Cause cause, Optional<Explanation> entry) {
  /// Whom it is about.
  public About about() {
    return entry.map(Explanation::about).orElseGet(cause::about);
  }
}
