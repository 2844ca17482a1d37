package net.facteur.queue.run;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// One virtual thread for each attempt; two platform threads for reading, since SQLite would hold
/// the carrier of a virtual thread; one for timers.
public final class VirtualThreadWorkers implements Workers {
  private static final Logger LOG = LogManager.getLogger(VirtualThreadWorkers.class);
  private static final int READERS = 2;

  private final ExecutorService attempts =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("facteur-delivery-", 1).factory());
  private final ExecutorService readers =
      Executors.newFixedThreadPool(
          READERS, Thread.ofPlatform().daemon().name("facteur-queue-reader-", 1).factory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("facteur-queue-timer").factory());

  @Override
  public void attempt(Runnable attempt) {
    run(attempts, attempt);
  }

  @Override
  public void read(Runnable reading) {
    run(readers, reading);
  }

  @Override
  public void after(Duration delay, Runnable task) {
    try {
      var _ = timer.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("a timer was not set, the queue is stopping", e);
    }
  }

  private static void run(ExecutorService executor, Runnable task) {
    try {
      executor.execute(() -> guarded(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("a task was not run, the queue is stopping", e);
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("queue task failed", e);
    }
  }

  @Override
  public void close() {
    attempts.shutdownNow();
    readers.shutdownNow();
    timer.shutdownNow();
  }
}
