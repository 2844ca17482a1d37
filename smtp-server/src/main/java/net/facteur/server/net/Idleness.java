package net.facteur.server.net;

/// How long a peer has let us wait. Asked on any thread, told on one.
final class Idleness {
  /// In place of a moment: the peer waits for us.
  private static final long BUSY = Long.MIN_VALUE;

  private volatile long since = BUSY;

  /// The peer is to speak.
  void since(long nanos) {
    since = nanos;
  }

  void busy() {
    since = BUSY;
  }

  long nanos(long now) {
    long from = since;
    return from == BUSY ? 0 : Math.max(0, now - from);
  }
}
