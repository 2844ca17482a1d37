package net.facteur.server.counts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Who has seen what, such as an account an address that it wrote to, for some time after. Only
/// hashes are kept. In memory and written behind, like [Tallies]. Safe for use by many threads.
public final class Sights {
  /// Things that one key has seen; further ones are not remembered, and stay new.
  private static final int MOST = 50_000;

  private static final int KEYS = 100_000;

  private final CountStore store;
  private final String part;
  private final Duration kept;
  private final InstantSource clock;
  private final Map<String, Map<Long, Long>> seen = new ConcurrentHashMap<>();

  /// The day of each, of which only the last is of interest: PostgreSQL changes no row twice in one
  /// statement.
  private final Map<Place, Long> unwritten = new ConcurrentHashMap<>();

  private Optional<Long> mark = Optional.empty();
  private long forgotten = Long.MIN_VALUE;

  private record Place(String key, long hash) {}

  /// @param part names this among all that is counted
  /// @param kept how long something is known after it was seen last
  public Sights(CountStore store, String part, Duration kept, InstantSource clock) {
    this.store = store;
    this.part = part;
    this.kept = kept;
    this.clock = clock;
  }

  private long today() {
    return Math.floorDiv(clock.instant().getEpochSecond(), Duration.ofDays(1).toSeconds());
  }

  /// True where the key has seen it.
  public boolean has(String key, String what) {
    Map<Long, Long> its = seen.get(key);
    return its != null && its.containsKey(hash(key, what));
  }

  /// True where the key has seen anything before today.
  public boolean hasOld(String key) {
    Map<Long, Long> its = seen.get(key);
    return its != null && its.values().stream().anyMatch(day -> day < today());
  }

  /// True where nobody has seen anything.
  public boolean isEmpty() {
    return seen.isEmpty();
  }

  /// The key sees it today.
  public void add(String key, String what) {
    if (seen.size() >= KEYS && !seen.containsKey(key)) {
      return;
    }
    long today = today();
    long hash = hash(key, what);
    Map<Long, Long> its = seen.computeIfAbsent(key, _ -> new ConcurrentHashMap<>());
    if (its.size() >= MOST && !its.containsKey(hash)) {
      return;
    }
    Long before = its.put(hash, today);
    if (before == null || before != today) {
      unwritten.merge(new Place(key, hash), today, Math::max);
    }
  }

  private static long hash(String key, String what) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((key + "\0" + what).getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Writes what is new, and reads what others wrote. Blocks.
  ///
  /// @throws IOException where that is not possible now; what is new is written another time
  public synchronized void exchange() throws IOException {
    long first = today() - kept.toDays();
    Map<Place, Long> fresh = Map.copyOf(unwritten);
    store.write(
        List.of(),
        fresh.entrySet().stream()
            .map(e -> new CountStore.Sight(part, e.getKey().key(), e.getKey().hash(), e.getValue()))
            .toList());
    fresh.forEach(unwritten::remove);
    if (mark.isEmpty() || store.shared()) {
      long next = store.mark();
      for (CountStore.Sight sight : store.sights(part, first, mark.orElse(Long.MIN_VALUE / 2))) {
        seen.computeIfAbsent(sight.key(), _ -> new ConcurrentHashMap<>())
            .merge(sight.hash(), sight.day(), Math::max);
      }
      mark = Optional.of(next);
    }
    if (forgotten < first) {
      seen.values().forEach(its -> its.values().removeIf(day -> day < first));
      seen.values().removeIf(Map::isEmpty);
      store.forgetSights(part, first);
      forgotten = first;
    }
  }
}
