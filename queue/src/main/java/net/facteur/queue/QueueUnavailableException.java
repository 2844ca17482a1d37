package net.facteur.queue;

/// The queue's disk is full or broken, or the queue is stopping. The client is told 451 or 452.
public final class QueueUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean full;

  public QueueUnavailableException(String message, boolean full, Throwable cause) {
    super(message, cause);
    this.full = full;
  }

  /// True where space is what is missing.
  public boolean full() {
    return full;
  }
}
