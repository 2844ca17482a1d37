package net.facteur.server.accounts;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.facteur.server.accounts.LoginHistory.Standing;
import net.facteur.server.net.AddressBlock;
import org.jspecify.annotations.Nullable;

/// Password checks that wait for a thread, and the few threads that do them.
///
/// Those of the better standing go first. A standing is looked at again when the turn comes: once a
/// network has failed, all that waits from there goes behind. Within a standing the networks take
/// turns, so that a crowd from one is one. Each eighth turn goes to whoever has waited longest, so
/// that everybody gets one. Where all places are taken, a newcomer of better standing, or of a
/// network that has fewer waiting, takes the place of the last one of the most crowded network.
final class PasswordChecks implements AutoCloseable {
  private static final int OLDEST_EVERY = 8;

  private final int places;
  private final ThreadPoolExecutor threads;
  private final Map<Standing, Crowds> waiting = new EnumMap<>(Standing.class);
  private final Map<String, Waiting> bySession = new HashMap<>();
  private final Deque<HashMemory> memories = new ArrayDeque<>();
  private int calls;
  private long arrivals;
  private int turns;

  /// One check.
  ///
  /// @param session that waits for it; a session waits for one at a time
  /// @param network where it is
  /// @param standing as it is at the moment of the question
  /// @param work runs on a password thread, with its memory
  /// @param unavailable called in place of it where there is no place, or the session has gone
  record Check(
      String session,
      AddressBlock network,
      Supplier<Standing> standing,
      Consumer<HashMemory> work,
      Runnable unavailable) {}

  /// @param standing that it has waited with so far
  private record Waiting(Check check, Standing standing, long arrival) {}

  /// Those of one standing, the next ones first.
  private static final class Crowds {
    private final SequencedMap<AddressBlock, Deque<Waiting>> networks = new LinkedHashMap<>();

    boolean isEmpty() {
      return networks.isEmpty();
    }

    void add(Waiting place) {
      networks.computeIfAbsent(place.check().network(), _ -> new ArrayDeque<>()).addLast(place);
    }

    Waiting first() {
      return networks.firstEntry().getValue().getFirst();
    }

    /// Those of each network that wait.
    Collection<Deque<Waiting>> lines() {
      return networks.values();
    }

    int size(AddressBlock network) {
      Deque<Waiting> line = networks.get(network);
      return line == null ? 0 : line.size();
    }

    void remove(Waiting gone) {
      networks.computeIfPresent(
          gone.check().network(),
          (_, line) -> {
            line.remove(gone);
            return line.isEmpty() ? null : line;
          });
    }

    /// The network has had its turn.
    void toTheEnd(AddressBlock network) {
      Deque<Waiting> rest = networks.remove(network);
      if (rest != null) {
        networks.putLast(network, rest);
      }
    }
  }

  /// @param places checks that may wait
  PasswordChecks(int threads, int places) {
    this.places = places;
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("facteur-password-", 1).factory());
    this.threads.allowCoreThreadTimeOut(true);
    for (Standing standing : Standing.values()) {
      waiting.put(standing, new Crowds());
    }
  }

  /// Lets a check wait for its turn.
  ///
  /// @return false where there is no place, or all is closed
  boolean submit(Check check) {
    Standing standing = check.standing().get();
    Optional<Waiting> displaced = Optional.empty();
    synchronized (this) {
      if (threads.isShutdown()) {
        return false;
      }
      displaced = Optional.ofNullable(bySession.get(check.session()));
      if (displaced.isEmpty() && bySession.size() >= places) {
        displaced = victim(check.network(), standing);
        if (displaced.isEmpty()) {
          return false;
        }
      }
      displaced.ifPresent(this::remove);
      var place = new Waiting(check, standing, arrivals++);
      crowds(standing).add(place);
      bySession.put(check.session(), place);
      if (calls < bySession.size()) {
        calls++;
        threads.execute(this::turn);
      }
    }
    displaced.ifPresent(gone -> gone.check().unavailable().run());
    return true;
  }

  private Crowds crowds(Standing standing) {
    return Objects.requireNonNull(waiting.get(standing));
  }

  /// Who has to go for a newcomer; empty where the newcomer has to.
  private Optional<Waiting> victim(AddressBlock network, Standing newcomers) {
    for (Standing standing : List.of(Standing.values()).reversed()) {
      Crowds crowds = crowds(standing);
      var largest = crowds.lines().stream().max(Comparator.comparingInt(Deque::size));
      if (largest.isPresent()) {
        int rank = standing.compareTo(newcomers);
        boolean larger = largest.get().size() > crowds.size(network) + 1;
        return rank > 0 || (rank == 0 && larger)
            ? Optional.of(largest.get().getLast())
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private void remove(Waiting gone) {
    bySession.remove(gone.check().session());
    crowds(gone.standing()).remove(gone);
  }

  /// Forgets the check of a session that has ended.
  void forget(String session) {
    Waiting gone;
    synchronized (this) {
      gone = bySession.get(session);
      if (gone == null) {
        return;
      }
      remove(gone);
    }
    gone.check().unavailable().run();
  }

  private void turn() {
    Waiting next;
    HashMemory memory;
    synchronized (this) {
      calls--;
      next = next();
      if (next == null) {
        return;
      }
      HashMemory kept = memories.pollLast();
      memory = kept == null ? new HashMemory() : kept;
    }
    try {
      next.check().work().accept(memory);
    } finally {
      synchronized (this) {
        memories.addLast(memory);
      }
    }
  }

  private @Nullable Waiting next() {
    turns++;
    Optional<Waiting> chosen = turns % OLDEST_EVERY == 0 ? oldest() : best();
    chosen.ifPresent(
        one -> {
          remove(one);
          crowds(one.standing()).toTheEnd(one.check().network());
        });
    return chosen.orElse(null);
  }

  private Optional<Waiting> best() {
    for (Standing standing : Standing.values()) {
      Crowds crowds = crowds(standing);
      while (!crowds.isEmpty()) {
        Waiting first = crowds.first();
        Standing now = first.check().standing().get();
        if (now.compareTo(standing) <= 0) {
          return Optional.of(first);
        }
        remove(first);
        var behind = new Waiting(first.check(), now, first.arrival());
        crowds(now).add(behind);
        bySession.put(behind.check().session(), behind);
      }
    }
    return Optional.empty();
  }

  private Optional<Waiting> oldest() {
    return waiting.values().stream()
        .flatMap(crowds -> crowds.lines().stream())
        .map(Deque::getFirst)
        .min(Comparator.comparingLong(Waiting::arrival));
  }

  /// KiB that all threads together took from the machine.
  synchronized int memoryKib() {
    return memories.stream().mapToInt(HashMemory::kib).sum();
  }

  @Override
  public void close() {
    List<Waiting> left;
    synchronized (this) {
      threads.shutdownNow();
      left = List.copyOf(bySession.values());
      left.forEach(this::remove);
    }
    left.forEach(gone -> gone.check().unavailable().run());
  }
}
