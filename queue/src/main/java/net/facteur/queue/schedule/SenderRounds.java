package net.facteur.queue.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import net.facteur.queue.MessageTraits.Priority;
import net.facteur.queue.ReversePath;
import net.facteur.queue.store.Consignment;

/// What waits in one destination's line: by priority, and within it reverse-paths in turn.
final class SenderRounds {
  private final Map<Priority, LinkedHashMap<ReversePath, ArrayDeque<Consignment>>> byPriority =
      new EnumMap<>(Priority.class);
  private int size;

  int size() {
    return size;
  }

  int waiting(ReversePath sender, Priority priority) {
    var senders = byPriority.get(priority);
    var line = senders == null ? null : senders.get(sender);
    return line == null ? 0 : line.size();
  }

  void add(Consignment consignment) {
    byPriority
        .computeIfAbsent(consignment.traits().priority(), _ -> new LinkedHashMap<>())
        .computeIfAbsent(consignment.reversePath(), _ -> new ArrayDeque<>())
        .add(consignment);
    size++;
  }

  /// The next to go. Its sender then goes to the end of the round.
  Optional<Consignment> poll() {
    for (Priority priority : List.of(Priority.URGENT, Priority.NORMAL, Priority.BULK)) {
      var senders = byPriority.get(priority);
      var turn = senders == null ? null : senders.pollFirstEntry();
      if (senders != null && turn != null) {
        ArrayDeque<Consignment> line = turn.getValue();
        Consignment next = line.removeFirst();
        if (!line.isEmpty()) {
          senders.putLast(turn.getKey(), line);
        }
        size--;
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  /// Takes out all that `chosen` holds for.
  List<Consignment> remove(Predicate<Consignment> chosen) {
    var removed = new ArrayList<Consignment>();
    for (var senders : byPriority.values()) {
      for (var line : senders.values()) {
        line.removeIf(c -> chosen.test(c) && removed.add(c));
      }
      senders.values().removeIf(ArrayDeque::isEmpty);
    }
    size -= removed.size();
    return removed;
  }
}
