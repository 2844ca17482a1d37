package net.facteur.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What was started, step by step. Closed in the opposite order, whether all steps succeeded or one
/// failed; one part that cannot be closed keeps none of the others open.
///
/// Not safe for use by several threads.
final class ClosingStack implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(ClosingStack.class);

  private final Deque<Runnable> closings = new ArrayDeque<>();

  /// Has `closing` run before everything that was pushed earlier.
  void push(Runnable closing) {
    closings.push(closing);
  }

  /// Closes nothing any more: who takes the parts over closes them.
  void release() {
    closings.clear();
  }

  @Override
  public void close() {
    while (!closings.isEmpty()) {
      try {
        closings.pop().run();
      } catch (RuntimeException e) {
        LOG.error("a part of the server could not be closed", e);
      }
    }
  }
}
