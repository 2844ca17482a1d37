package net.facteur.server.delivery;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Closes connections that are past their deadline. A blocked read or write then fails at once,
/// whatever the peer does, such as sending an octet a minute or not reading at all.
///
/// It watches as long as there is a connection, whatever becomes of who opened it: an attempt that
/// began under settings since replaced keeps its time limits. Without connections it has no thread,
/// so it need not be closed.
final class Watchdog {
  private static final Logger LOG = LogManager.getLogger(Watchdog.class);

  private final Set<CommandChannel> wires = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean watching = new AtomicBoolean();
  private final Duration tick;

  Watchdog(Duration tick) {
    this.tick = tick;
  }

  void add(CommandChannel wire) {
    wires.add(wire);
    if (watching.compareAndSet(false, true)) {
      Thread.ofVirtual().name("facteur-delivery-watchdog").start(this::watch);
    }
  }

  void remove(CommandChannel wire) {
    wires.remove(wire);
  }

  private void watch() {
    do {
      while (!wires.isEmpty()) {
        LockSupport.parkNanos(tick.toNanos());
        long now = System.nanoTime();
        wires.forEach(wire -> look(wire, now));
      }
      watching.set(false);
      // One that was added meanwhile has either started another thread, or is ours to watch.
    } while (!wires.isEmpty() && watching.compareAndSet(false, true));
  }

  private void look(CommandChannel wire, long now) {
    if (wire.overdue(now)) {
      try {
        wire.expire();
      } catch (RuntimeException e) {
        // The others must not go unwatched for it.
        LOG.error("a connection past its deadline could not be closed", e);
        wires.remove(wire);
      }
    }
  }
}
