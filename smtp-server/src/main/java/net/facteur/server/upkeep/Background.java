package net.facteur.server.upkeep;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What a server does again and again beside the mail.
///
/// @param timer its one thread only hands tasks on
/// @param workers may block
public record Background(ScheduledExecutorService timer, Executor workers) {
  private static final Logger LOG = LogManager.getLogger(Background.class);

  /// Begins after the first pause. A run that takes longer than the pause, such as one that waits
  /// for a slow disk, is not joined by a second; one that fails is followed by the next.
  public void every(Duration pause, Runnable task) {
    every(pause, pause, task);
  }

  /// The same with another pause before the first run.
  public void every(Duration first, Duration pause, Runnable task) {
    var turn = new Semaphore(1);
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              if (turn.tryAcquire()) {
                handOn(turn, task);
              }
            },
            first.toMillis(),
            pause.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void handOn(Semaphore turn, Runnable task) {
    try {
      workers.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              LOG.error("a task of the background failed, and is tried again", e);
            } finally {
              turn.release();
            }
          });
    } catch (RejectedExecutionException _) {
      turn.release();
      LOG.debug("the server stops");
    }
  }
}
