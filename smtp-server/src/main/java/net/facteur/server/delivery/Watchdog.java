package net.facteur.server.delivery;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Closes connections that are past their deadline. A blocked read or write then fails at once,
/// whatever the peer does, such as sending an octet a minute or not reading at all.
final class Watchdog implements AutoCloseable {
  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  Watchdog(Duration tick) {
    thread = Thread.ofVirtual().name("facteur-delivery-watchdog").start(() -> watch(tick));
  }

  void add(Wire wire) {
    wires.add(wire);
  }

  void remove(Wire wire) {
    wires.remove(wire);
  }

  private void watch(Duration tick) {
    try {
      while (!Thread.interrupted()) {
        Thread.sleep(tick);
        long now = System.nanoTime();
        for (Wire wire : wires) {
          if (wire.overdue(now)) {
            wire.expire();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
