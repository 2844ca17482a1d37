package net.facteur.queue.store;

/// What an operator does to open recipients of a message. All but [#RETRY] take back an [Order].
public enum Operation {
  /// Queued ones are held.
  HOLD("hold"),
  /// Held and damaged ones are queued and due.
  RELEASE("release"),
  /// Queued ones are due.
  RETRY("retry"),
  /// All leave, without a report.
  REMOVE("remove"),
  /// Queued ones are held, until all are returned to the sender: [Order.Bounce].
  BOUNCE("bounce"),
  /// Queued ones are held, until all are sent another way: [Order.Move].
  MOVE("move");

  private final String word;

  Operation(String word) {
    this.word = word;
  }

  /// The word that stands in the journal.
  public String word() {
    return word;
  }
}
