package net.facteur.queue;

/// The state of a recipient, as the word in the `state` column.
public enum RecipientState {
  /// Waits for its next attempt.
  QUEUED("queued"),
  /// Kept back by an operator.
  HELD("held"),
  /// Its message is damaged; kept for a person to look at.
  DAMAGED("damaged"),
  /// The next hop has it.
  DELIVERED("delivered"),
  /// The next hop refused it for good.
  FAILED("failed"),
  /// It was tried for its whole life.
  EXPIRED("expired"),
  /// An operator returned it to the sender.
  BOUNCED("bounced"),
  /// An operator deleted it, without a report.
  REMOVED("removed");

  private final String word;

  RecipientState(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /// True while the message must be kept for this recipient.
  public boolean open() {
    return this == QUEUED || this == HELD || this == DAMAGED;
  }

  /// The state of a word, [#DAMAGED] for one that nobody should have written.
  public static RecipientState of(String word) {
    for (RecipientState state : values()) {
      if (state.word.equals(word)) {
        return state;
      }
    }
    return DAMAGED;
  }
}
