package net.facteur.server.signing;

/// The keys that sign at this moment, in one place for all who sign: submission, seals of forwarded
/// mail, reports and notices ask here at each signature, so that none of them goes on with a key
/// that has been rotated away. It outlives a reload, since sessions keep what they began with.
///
/// Safe for use by many threads.
public final class KeysInForce {
  private volatile ActiveKeys keys;

  public KeysInForce(ActiveKeys keys) {
    this.keys = keys;
  }

  /// What is in force now. The same object as long as nothing changed.
  public ActiveKeys now() {
    return keys;
  }

  /// Switches to other keys. A signature that has begun is finished with those it began with.
  public void use(ActiveKeys others) {
    keys = others;
  }
}
