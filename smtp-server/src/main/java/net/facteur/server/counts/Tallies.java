package net.facteur.server.counts;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Numbers that grow, each in the spans of time that it grew in, so that those of the last hour or
/// day can be summed. In memory; [#exchange()] writes what is new, and reads what other processes
/// have counted meanwhile. Safe for use by many threads.
///
/// A sum covers the whole time that is asked for, and up to a step more.
public final class Tallies {
  private final CountStore store;
  private final String part;
  private final String node;
  private final Duration step;
  private final Duration kept;
  private final InstantSource clock;
  private final Map<String, Count> counts = new ConcurrentHashMap<>();
  private final Set<Place> unwritten = ConcurrentHashMap.newKeySet();
  private Optional<Long> mark = Optional.empty();
  private long forgotten = Long.MIN_VALUE;

  private record Place(String key, long step) {}

  /// What one key counted, by step. Guards itself.
  private static final class Count {
    private final TreeMap<Long, Map<String, Long>> steps = new TreeMap<>();

    synchronized void add(long step, String node, long more) {
      steps.computeIfAbsent(step, _ -> new HashMap<>(2)).merge(node, more, Long::sum);
    }

    synchronized void put(long step, String node, long value) {
      steps.computeIfAbsent(step, _ -> new HashMap<>(2)).put(node, value);
    }

    synchronized long of(long step, String node) {
      return steps.getOrDefault(step, Map.of()).getOrDefault(node, 0L);
    }

    synchronized long sum(long from) {
      long sum = 0;
      for (Map<String, Long> nodes : steps.tailMap(from, true).values()) {
        for (long value : nodes.values()) {
          sum += value;
        }
      }
      return sum;
    }

    /// @return the steps that had something
    synchronized List<Long> clear(String node) {
      var had = List.copyOf(steps.keySet());
      for (long each : had) {
        long others =
            steps.getOrDefault(each, Map.of()).entrySet().stream()
                .filter(e -> !e.getKey().equals(node))
                .mapToLong(Map.Entry::getValue)
                .sum();
        // Less than nothing, so that the sum over all processes is nothing.
        put(each, node, -others);
      }
      return had;
    }

    synchronized boolean forget(long before) {
      steps.headMap(before).clear();
      return steps.isEmpty();
    }
  }

  /// @param part names this among all that is counted
  /// @param node this process, once
  /// @param step how finely time is told
  /// @param kept how long a number is of use
  public Tallies(
      CountStore store,
      String part,
      String node,
      Duration step,
      Duration kept,
      InstantSource clock) {
    this.store = store;
    this.part = part;
    this.node = node;
    this.step = step;
    this.kept = kept;
    this.clock = clock;
  }

  private long step(Instant at) {
    return Math.floorDiv(at.toEpochMilli(), step.toMillis());
  }

  /// Counts `more`.
  public void add(String key, long more) {
    if (more == 0) {
      return;
    }
    long now = step(clock.instant());
    counts.compute(
        key,
        (_, known) -> {
          Count count = known == null ? new Count() : known;
          count.add(now, node, more);
          return count;
        });
    unwritten.add(new Place(key, now));
  }

  /// What was counted within the last `span`.
  public long sum(String key, Duration span) {
    Count count = counts.get(key);
    return count == null ? 0 : count.sum(step(clock.instant().minus(span)));
  }

  /// Begins to count a key anew.
  public void clear(String key) {
    Count count = counts.get(key);
    if (count != null) {
      count.clear(node).forEach(at -> unwritten.add(new Place(key, at)));
    }
  }

  /// The keys that counted something.
  public Set<String> keys() {
    return Set.copyOf(counts.keySet());
  }

  /// Writes what is new, and reads what others wrote. Blocks.
  ///
  /// @throws IOException where that is not possible now; what is new is written another time
  public synchronized void exchange() throws IOException {
    long first = step(clock.instant().minus(kept));
    write();
    if (mark.isEmpty() || store.shared()) {
      long next = store.mark();
      for (CountStore.Tally tally :
          store.tallies(part, node, first, mark.orElse(Long.MIN_VALUE / 2))) {
        counts
            .computeIfAbsent(tally.key(), _ -> new Count())
            .put(tally.step(), tally.node(), tally.value());
      }
      mark = Optional.of(next);
    }
    if (forgotten < first) {
      counts
          .keySet()
          .forEach(key -> counts.computeIfPresent(key, (_, c) -> c.forget(first) ? null : c));
      store.forgetTallies(part, first);
      forgotten = first;
    }
  }

  private void write() throws IOException {
    var places = List.copyOf(unwritten);
    if (places.isEmpty()) {
      return;
    }
    // Before they are read, so that what is added meanwhile is new again.
    places.forEach(unwritten::remove);
    var tallies = new ArrayList<CountStore.Tally>(places.size());
    for (Place place : places) {
      Count count = counts.get(place.key());
      if (count != null) {
        tallies.add(
            new CountStore.Tally(
                part, place.key(), place.step(), node, count.of(place.step(), node)));
      }
    }
    try {
      store.write(tallies, List.of());
    } catch (IOException e) {
      unwritten.addAll(places);
      throw e;
    }
  }
}
