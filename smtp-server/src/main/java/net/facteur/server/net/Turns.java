package net.facteur.server.net;

/// Lets the connections of one event loop take turns: a connection that has done much in a row goes
/// on when the others have had theirs. One that is at work is not begun again by what its own work
/// brings about.
final class Turns {
  /// Commands of one connection that are done in a row while others wait.
  static final int LENGTH = 64;

  private boolean working;
  private boolean queued;

  /// @return false where it is at work
  boolean begin() {
    if (working) {
      return false;
    }
    working = true;
    return true;
  }

  void end() {
    working = false;
  }

  /// True until its next turn has come.
  boolean queued() {
    return queued;
  }

  void queue() {
    queued = true;
  }

  void called() {
    queued = false;
  }
}
