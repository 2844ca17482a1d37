package net.facteur.server.filter.daemon;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// A program that is asked about messages. Safe for many threads at once.
public final class Daemon {
  /// How often it may be silent in a row before it is left alone.
  static final int PATIENCE = 3;

  /// How long it is left alone.
  static final Duration REST = Duration.ofSeconds(5);

  private final DaemonAddress address;
  private final Limits limits;
  private final Executor workers;
  private final LongSupplier nanoTime;
  private final Semaphore turns;

  // Guarded by this.
  private int silences;
  private long restsUntil;
  private String trouble = "";

  /// How it is asked.
  ///
  /// @param time for a whole question, with the wait for a turn
  /// @param atOnce questions
  public record Limits(Duration time, int atOnce) {}

  /// How a question ended.
  public sealed interface Outcome<T> {
    /// It answered.
    record Answered<T>(T value) implements Outcome<T> {}

    /// It did not, or nothing that could be understood.
    ///
    /// @param why for the log and the postmaster
    record Silent<T>(String why) implements Outcome<T> {}
  }

  /// What is said and heard.
  @FunctionalInterface
  public interface Question<T> {
    /// Blocks until the answer is there.
    ///
    /// @throws IOException where there is none, or none that can be understood
    T ask(Conversation conversation) throws IOException;
  }

  /// @param workers runs one blocking task for each question: virtual threads
  /// @param nanoTime a clock that never goes back
  public Daemon(DaemonAddress address, Limits limits, Executor workers, LongSupplier nanoTime) {
    this.address = address;
    this.limits = limits;
    this.workers = workers;
    this.nanoTime = nanoTime;
    this.turns = new Semaphore(limits.atOnce(), true);
  }

  /// One for a single question of somebody who waits for the answer.
  ///
  /// @param time for the whole
  public static Daemon forOnce(DaemonAddress address, Duration time) {
    return new Daemon(address, new Limits(time, 1), Runnable::run, System::nanoTime);
  }

  public DaemonAddress address() {
    return address;
  }

  /// Why it was silent when it was asked last; empty if it answered.
  public synchronized String trouble() {
    return trouble;
  }

  /// Asks, unless it is left alone for now.
  ///
  /// @return a stage that never fails, and ends within the limit of time
  public <T> CompletionStage<Outcome<T>> ask(Question<T> question) {
    return rests()
        ? CompletableFuture.completedStage(new Outcome.Silent<>(trouble()))
        : inTurn(question);
  }

  private <T> CompletionStage<Outcome<T>> inTurn(Question<T> question) {
    var done = new CompletableFuture<Outcome<T>>();
    try {
      workers.execute(() -> done.complete(askNow(question)));
    } catch (RejectedExecutionException _) {
      done.complete(new Outcome.Silent<>("the server is stopping"));
    }
    return done;
  }

  /// Asks even if it is left alone, on this thread.
  public <T> Outcome<T> askNow(Question<T> question) {
    long limit = nanoTime.getAsLong() + limits.time().toNanos();
    boolean turn = false;
    try {
      turn = turns.tryAcquire(limits.time().toNanos(), TimeUnit.NANOSECONDS);
      if (!turn) {
        // Nothing is wrong with it: too much came at once.
        return new Outcome.Silent<>("it has no time: " + limits.atOnce() + " questions wait");
      }
      T value = converse(question, limit);
      answered();
      return new Outcome.Answered<>(value);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Outcome.Silent<>("the server is stopping");
    } catch (IOException e) {
      return silent(
          e instanceof ClosedChannelException || nanoTime.getAsLong() - limit >= 0
              ? "no answer within " + limits.time().toMillis() + " ms"
              : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    } catch (RuntimeException e) {
      return silent(e.toString());
    } finally {
      if (turn) {
        turns.release();
      }
    }
  }

  private <T> T converse(Question<T> question, long limit) throws IOException {
    SocketAddress socket = address.socket();
    var over = new CompletableFuture<Void>();
    try (SocketChannel channel =
        socket instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open()) {
      var _ =
          over.orTimeout(Math.max(1, limit - nanoTime.getAsLong()), TimeUnit.NANOSECONDS)
              .exceptionally(
                  _ -> {
                    close(channel);
                    return null;
                  });
      channel.connect(socket);
      return question.ask(new Conversation(channel));
    } finally {
      over.complete(null); // and its timer is forgotten
    }
  }

  @SuppressWarnings("EmptyCatch") // whoever waits for it is told by its own failure
  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
    }
  }

  private synchronized boolean rests() {
    return silences >= PATIENCE && nanoTime.getAsLong() - restsUntil < 0;
  }

  private synchronized void answered() {
    silences = 0;
    trouble = "";
  }

  private synchronized <T> Outcome<T> silent(String why) {
    silences++;
    restsUntil = nanoTime.getAsLong() + REST.toNanos();
    trouble = why;
    return new Outcome.Silent<>(why);
  }
}
