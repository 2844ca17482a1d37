package net.facteur.server.accounts;

import java.util.ArrayDeque;
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
import net.facteur.server.accounts.LoginHistory.Standing;
import net.facteur.server.net.AddressBlock;
import org.jspecify.annotations.Nullable;

/// Password checks that wait for a thread, and the few threads that do them.
///
/// Those of the better standing go first; within a standing the networks take turns, so that a
/// crowd from one is one. Each eighth turn goes to whoever has waited longest, so that everybody
/// gets one. Where all places are taken, a newcomer of better standing, or of a network that has
/// fewer waiting, takes the place of the last one of the most crowded network.
final class PasswordChecks implements AutoCloseable {
  private static final int OLDEST_EVERY = 8;

  private final int places;
  private final ThreadPoolExecutor threads;
  private final Map<Standing, SequencedMap<AddressBlock, Deque<Waiting>>> waiting =
      new EnumMap<>(Standing.class);
  private final Map<String, Waiting> bySession = new HashMap<>();
  private final Deque<HashMemory> memories = new ArrayDeque<>();
  private int calls;
  private long arrivals;
  private int turns;

  /// One check.
  ///
  /// @param session that waits for it; a session waits for one at a time
  /// @param network where it is
  /// @param work runs on a password thread, with its memory
  /// @param unavailable called in place of it where there is no place, or the session has gone
  record Check(
      String session,
      AddressBlock network,
      Standing standing,
      Consumer<HashMemory> work,
      Runnable unavailable) {}

  private record Waiting(Check check, long arrival) {}

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
      waiting.put(standing, new LinkedHashMap<>());
    }
  }

  /// Lets a check wait for its turn.
  ///
  /// @return false where there is no place, or all is closed
  boolean submit(Check check) {
    Optional<Waiting> displaced = Optional.empty();
    synchronized (this) {
      if (threads.isShutdown()) {
        return false;
      }
      displaced = Optional.ofNullable(bySession.get(check.session()));
      if (displaced.isEmpty() && bySession.size() >= places) {
        displaced = victim(check);
        if (displaced.isEmpty()) {
          return false;
        }
      }
      displaced.ifPresent(this::remove);
      var place = new Waiting(check, arrivals++);
      crowds(check.standing())
          .computeIfAbsent(check.network(), _ -> new ArrayDeque<>())
          .addLast(place);
      bySession.put(check.session(), place);
      if (calls < bySession.size()) {
        calls++;
        threads.execute(this::turn);
      }
    }
    displaced.ifPresent(gone -> gone.check().unavailable().run());
    return true;
  }

  private SequencedMap<AddressBlock, Deque<Waiting>> crowds(Standing standing) {
    return Objects.requireNonNull(waiting.get(standing));
  }

  /// Who has to go for a newcomer; empty where the newcomer has to.
  private Optional<Waiting> victim(Check newcomer) {
    for (Standing standing : List.of(Standing.values()).reversed()) {
      var crowds = crowds(standing);
      var largest = crowds.values().stream().max(Comparator.comparingInt(Deque::size));
      if (largest.isPresent()) {
        int rank = standing.compareTo(newcomer.standing());
        Deque<Waiting> own = crowds.get(newcomer.network());
        boolean larger = largest.get().size() > (own == null ? 0 : own.size()) + 1;
        return rank > 0 || (rank == 0 && larger)
            ? Optional.of(largest.get().getLast())
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private void remove(Waiting gone) {
    bySession.remove(gone.check().session());
    crowds(gone.check().standing())
        .computeIfPresent(
            gone.check().network(),
            (_, line) -> {
              line.remove(gone);
              return line.isEmpty() ? null : line;
            });
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
          toTheEnd(one.check());
        });
    return chosen.orElse(null);
  }

  private Optional<Waiting> best() {
    return waiting.values().stream()
        .filter(crowds -> !crowds.isEmpty())
        .findFirst()
        .map(crowds -> crowds.firstEntry().getValue().getFirst());
  }

  private Optional<Waiting> oldest() {
    return waiting.values().stream()
        .flatMap(crowds -> crowds.values().stream())
        .map(Deque::getFirst)
        .min(Comparator.comparingLong(Waiting::arrival));
  }

  /// The network has had its turn.
  private void toTheEnd(Check served) {
    var crowds = crowds(served.standing());
    Deque<Waiting> rest = crowds.remove(served.network());
    if (rest != null) {
      crowds.putLast(served.network(), rest);
    }
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
