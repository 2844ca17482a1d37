package net.facteur.queue.run;

import java.time.Duration;

/// Threads and timers of the engine.
public interface Workers extends AutoCloseable {
  /// Runs a delivery attempt, which blocks, on a thread of its own.
  void attempt(Runnable attempt);

  /// Runs something short that follows a commit, so that the next one need not wait for it; in the
  /// order of the calls.
  void admit(Runnable admission);

  /// Runs something that reads from the store, which blocks.
  void read(Runnable reading);

  /// Runs something short after a while.
  void after(Duration delay, Runnable task);

  /// Interrupts what still runs.
  @Override
  void close();
}
