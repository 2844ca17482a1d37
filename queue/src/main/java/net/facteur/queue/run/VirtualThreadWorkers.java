package net.facteur.queue.run;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// One virtual thread for each attempt; two platform threads for reading, since SQLite would hold
/// the carrier of a virtual thread; one for what follows a commit, and one for timers.
public final class VirtualThreadWorkers implements Workers {
  private static final Logger LOG = LogManager.getLogger(VirtualThreadWorkers.class);
  private static final int READERS = 2;
  private static final int MOST_ADMISSIONS = 1000;

  /// So long after the last one, in nanoseconds, an admission comes alone.
  private static final long ALONE = 2_000_000;

  /// How long such a one waits, in nanoseconds.
  private static final long MOMENT = 300_000;

  private final ExecutorService attempts =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("facteur-delivery-", 1).factory());
  private final ExecutorService readers =
      Executors.newFixedThreadPool(
          READERS, Thread.ofPlatform().daemon().name("facteur-queue-reader-", 1).factory());
  private final ThreadPoolExecutor admissions =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_ADMISSIONS),
          Thread.ofPlatform().daemon().name("facteur-queue-admission").factory(),
          VirtualThreadWorkers::waitForRoom);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("facteur-queue-timer").factory());

  /// Seen by the one thread of the admissions.
  private long lastAdmission = System.nanoTime();

  @Override
  public void attempt(Runnable attempt) {
    run(attempts, attempt);
  }

  @Override
  public void admit(Runnable admission) {
    try {
      admissions.execute(() -> admitted(admission));
    } catch (RejectedExecutionException e) {
      LOG.debug("the queue is stopping", e);
      guarded(admission);
    }
  }

  /// One that comes alone waits a moment, so that the answer to its sender, which was made first,
  /// is also served first.
  private void admitted(Runnable admission) {
    if (admissions.getQueue().isEmpty() && System.nanoTime() - lastAdmission > ALONE) {
      LockSupport.parkNanos(MOMENT);
    }
    guarded(admission);
    lastAdmission = System.nanoTime();
  }

  /// Where admissions pile up, who commits has to wait; none may overtake another.
  private static void waitForRoom(Runnable task, ThreadPoolExecutor pool) {
    try {
      while (!pool.isShutdown()) {
        if (pool.getQueue().offer(task, 1, TimeUnit.SECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new RejectedExecutionException("stopping");
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
    admissions.shutdownNow();
    readers.shutdownNow();
    timer.shutdownNow();
  }
}
