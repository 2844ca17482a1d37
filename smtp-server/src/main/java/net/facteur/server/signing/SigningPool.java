package net.facteur.server.signing;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The threads that hold the private keys, named `facteur-sign-1` and so on, and nothing else.
public final class SigningPool implements AutoCloseable {
  /// Prefix of the name of every signing thread.
  public static final String THREAD_NAME = "facteur-sign-";

  private final ThreadPoolExecutor executor;

  private SigningPool(SigningSettings settings) {
    var number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            settings.threads(),
            settings.threads(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.queue()),
            task -> {
              var thread = new Thread(task, THREAD_NAME + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /// A pool whose threads run.
  public static SigningPool start(SigningSettings settings) {
    var pool = new SigningPool(settings);
    pool.executor.prestartAllCoreThreads();
    return pool;
  }

  /// Runs `work` on a signing thread.
  ///
  /// @return completes on that thread; exceptionally with a [SigningBusyException] at once where
  ///   the queue is full or the pool is closed
  public <T> CompletionStage<T> submit(Callable<T> work) {
    var result = new CompletableFuture<T>();
    try {
      executor.execute(
          () -> {
            try {
              result.complete(work.call());
            } catch (Exception e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new SigningBusyException(e));
    }
    return result;
  }

  /// Messages waiting for a thread.
  public int waiting() {
    return executor.getQueue().size();
  }

  /// Takes no more work and waits a moment for what has begun.
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(Duration.ofSeconds(10).toSeconds(), TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
