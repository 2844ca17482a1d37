package net.facteur.server.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Idle connections, by candidate's key, the freshest first. Without locks: each candidate has a
/// deque of its own. A thread that ends those that waited too long is there while one waits.
final class ConnectionPool implements AutoCloseable {
  private static final class Shelf {
    final ConcurrentLinkedDeque<Session> sessions = new ConcurrentLinkedDeque<>();
    final AtomicInteger count = new AtomicInteger();
  }

  private static final Duration SWEEP = Duration.ofMillis(500);

  private final ConcurrentHashMap<Candidate.Key, Shelf> shelves = new ConcurrentHashMap<>();
  private final AtomicInteger idle = new AtomicInteger();
  private final DeliverySettings.Reuse settings;
  private final Duration quitLimit;
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private volatile boolean closed;

  ConnectionPool(DeliverySettings.Reuse settings, Duration quitLimit) {
    this.settings = settings;
    this.quitLimit = quitLimit;
  }

  /// An idle connection of `candidate`. It may be dead by now.
  Optional<Session> take(Candidate candidate) {
    Shelf shelf = shelves.get(candidate.key());
    if (shelf == null) {
      return Optional.empty();
    }
    long now = System.nanoTime();
    for (Session s = shelf.sessions.pollFirst(); s != null; s = shelf.sessions.pollFirst()) {
      shelf.count.decrementAndGet();
      idle.decrementAndGet();
      if (!s.idleFor(settings.idle().toNanos(), now)) {
        s.reuse(candidate);
        return Optional.of(s);
      }
      s.quit(quitLimit);
    }
    return Optional.empty();
  }

  /// Takes a connection back that ended its transaction in good order.
  void give(Session session) {
    if (closed || settings.idle().isZero() || session.spent(settings.maxMessages())) {
      session.quit(quitLimit);
      return;
    }
    if (idle.incrementAndGet() > settings.maxIdle()) {
      idle.decrementAndGet();
      session.quit(quitLimit);
      return;
    }
    session.idle(System.nanoTime(), settings.idle());
    // Under the candidate's lock, so that the sweeper cannot take the shelf away meanwhile.
    var shelved = new boolean[1];
    shelves.compute(
        session.candidate.key(),
        (_, known) -> {
          Shelf shelf = known == null ? new Shelf() : known;
          if (shelf.count.incrementAndGet() <= settings.maxIdlePerHost()) {
            shelf.sessions.addFirst(session);
            shelved[0] = true;
          } else {
            shelf.count.decrementAndGet();
          }
          return shelf;
        });
    if (!shelved[0]) {
      idle.decrementAndGet();
      session.quit(quitLimit);
    }
    if (closed) {
      drain();
    } else if (sweeping.compareAndSet(false, true)) {
      Thread.ofVirtual().name("facteur-delivery-pool").start(this::sweepWhileAnyWaits);
    }
  }

  private void sweepWhileAnyWaits() {
    try {
      do {
        while (idle.get() > 0) {
          Thread.sleep(SWEEP);
          sweep(settings.idle().toNanos());
        }
        sweeping.set(false);
        // One that was given back meanwhile has started another thread, or is ours to end.
      } while (idle.get() > 0 && sweeping.compareAndSet(false, true));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends what has waited longer than `nanos`; the oldest stand last.
  private void sweep(long nanos) {
    long now = System.nanoTime();
    for (var entry : shelves.entrySet()) {
      Shelf shelf = entry.getValue();
      for (Session s = shelf.sessions.peekLast();
          s != null && s.idleFor(nanos, now);
          s = shelf.sessions.peekLast()) {
        if (shelf.sessions.removeLastOccurrence(s)) {
          shelf.count.decrementAndGet();
          idle.decrementAndGet();
          s.quit(quitLimit);
        }
      }
      if (shelf.sessions.isEmpty() && shelf.count.get() == 0) {
        shelves.computeIfPresent(
            entry.getKey(), (_, known) -> known.sessions.isEmpty() ? null : known);
      }
    }
  }

  private void drain() {
    for (Shelf shelf : shelves.values()) {
      for (Session s = shelf.sessions.pollFirst(); s != null; s = shelf.sessions.pollFirst()) {
        shelf.count.decrementAndGet();
        idle.decrementAndGet();
        s.quit(quitLimit);
      }
    }
  }

  int idleConnections() {
    return idle.get();
  }

  @Override
  public void close() {
    closed = true;
    drain();
  }
}
