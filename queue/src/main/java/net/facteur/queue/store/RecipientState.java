package net.facteur.queue.store;

import net.facteur.queue.store.Settlement.Ending;

/// The state of a recipient, as the word in the `state` column.
public enum RecipientState {
  /// Waits for its next attempt.
  QUEUED("queued"),
  /// Kept back by an operator.
  HELD("held"),
  /// Its message is damaged; kept for a person to look at.
  DAMAGED("damaged"),
  DELIVERED(Ending.DELIVERED.word()),
  FAILED(Ending.FAILED.word()),
  EXPIRED(Ending.EXPIRED.word()),
  BOUNCED(Ending.BOUNCED.word()),
  REMOVED(Ending.REMOVED.word());

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
  static RecipientState of(String word) {
    for (RecipientState state : values()) {
      if (state.word.equals(word)) {
        return state;
      }
    }
    return DAMAGED;
  }
}
