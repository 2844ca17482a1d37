package net.facteur.queue.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.Destination;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.QueuedRecipient;

/// Which recipients this process has handed out. Safe for many threads at once.
final class Leases {
  private final Map<Destination, Set<Key>> held = new HashMap<>();
  private final Map<Destination, List<Watch>> watches = new HashMap<>();

  synchronized void take(Consignment consignment) {
    Set<Key> keys = held.computeIfAbsent(consignment.destination(), _ -> new HashSet<>());
    List<Watch> watching = watches.getOrDefault(consignment.destination(), List.of());
    for (QueuedRecipient recipient : consignment.recipients()) {
      var key = new Key(consignment.message(), recipient.number());
      keys.add(key);
      watching.forEach(w -> w.seen.add(key));
    }
  }

  /// Takes what of a page is free: neither leased now nor since its watch was opened.
  synchronized Optional<Consignment> take(Consignment consignment, Watch watch) {
    Set<Key> keys = held.getOrDefault(consignment.destination(), Set.of());
    Optional<Consignment> free =
        consignment.only(
            r -> {
              var key = new Key(consignment.message(), r.number());
              return !keys.contains(key) && !watch.seen.contains(key);
            });
    free.ifPresent(this::take);
    return free;
  }

  /// Takes what is free now of rows that were read on the writing thread, where no settlement can
  /// come in between.
  synchronized Optional<Consignment> takeFree(Consignment consignment) {
    return take(consignment, new Watch(consignment.destination(), Set.of()));
  }

  synchronized void free(Consignment consignment) {
    Set<Key> keys = held.get(consignment.destination());
    if (keys == null) {
      return;
    }
    for (QueuedRecipient recipient : consignment.recipients()) {
      keys.remove(new Key(consignment.message(), recipient.number()));
    }
    if (keys.isEmpty()) {
      held.remove(consignment.destination());
    }
  }

  /// Starts to watch a destination. What is leased now or while the watch is open must not be taken
  /// from a page that is read meanwhile: the page may be older than the recipient's settlement.
  synchronized Watch watch(Destination destination) {
    var watch = new Watch(destination, new HashSet<>(held.getOrDefault(destination, Set.of())));
    watches.computeIfAbsent(destination, _ -> new ArrayList<>()).add(watch);
    return watch;
  }

  private synchronized void end(Watch watch) {
    List<Watch> watching = watches.getOrDefault(watch.destination, List.of());
    watching.remove(watch);
    if (watching.isEmpty()) {
      watches.remove(watch.destination);
    }
  }

  private synchronized boolean seen(Watch watch, Key key) {
    return watch.seen.contains(key);
  }

  private record Key(long message, int number) {}

  /// Everything leased since it was opened.
  final class Watch implements AutoCloseable {
    private final Destination destination;
    private final Set<Key> seen;
    private final int atFirst;

    private Watch(Destination destination, Set<Key> seen) {
      this.destination = destination;
      this.seen = seen;
      this.atFirst = seen.size();
    }

    /// How many were leased when the watch began.
    int atFirst() {
      return atFirst;
    }

    boolean leased(long message, int number) {
      return seen(this, new Key(message, number));
    }

    @Override
    public void close() {
      end(this);
    }
  }
}
