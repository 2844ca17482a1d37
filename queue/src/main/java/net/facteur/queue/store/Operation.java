package net.facteur.queue.store;

/// What an operator does to the open recipients of a message.
public enum Operation {
  /// Queued ones are held.
  HOLD,
  /// Held and damaged ones are queued and due.
  RELEASE,
  /// Queued ones are due.
  RETRY,
  /// All leave, without a report.
  REMOVE
}
