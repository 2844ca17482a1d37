package net.facteur.server.lists.posting;

import net.facteur.queue.EnhancedStatusCode;

/// What a list does with a message that somebody sent to it.
public sealed interface PostDecision {
  /// The members get it.
  record Take() implements PostDecision {}

  /// A moderator decides.
  record Moderate(Reason reason) implements PostDecision {}

  /// Its sender is told while he waits.
  ///
  /// @param why for the sender, in English
  record Refuse(EnhancedStatusCode status, String why) implements PostDecision {}

  /// It has been here, or a program answers: nobody is told, so that nothing goes round.
  ///
  /// @param why for the log
  record Drop(EnhancedStatusCode status, String why) implements PostDecision {}

  /// Why somebody looks first.
  enum Reason {
    /// The list wants it so for each post.
    KIND("moderated"),
    /// Nothing proves who wrote it.
    UNPROVEN("unproven"),
    /// Something holds it for unwanted.
    SUSPECT("suspect");

    private final String word;

    Reason(String word) {
      this.word = word;
    }

    /// For logs and programs.
    public String word() {
      return word;
    }
  }
}
