package net.facteur.queue.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageContent;
import net.facteur.queue.NewMessage;
import net.facteur.queue.Pace;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.schedule.DeliverySchedule;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.QueueStore;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The schedule under its lock, and the starter of what it says: attempts, reading, the timer.
final class Dispatch {
  private static final Logger LOG = LogManager.getLogger(QueueRunner.class);

  /// Attempts whose end is not committed yet; more of them than this, and no new ones start.
  private static final int MOST_UNSETTLED = 4000;

  private final QueueStore store;
  private final InstantSource clock;
  private final Workers workers;

  /// Guards the fields below.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition quieter = lock.newCondition();
  private final DeliverySchedule schedule;
  private final FreshContent fresh;
  private final Set<PageWatch> watches = new HashSet<>();
  private Optional<Starts> starts = Optional.empty();
  private boolean stopping;
  private int unsettled;
  private Instant nextWake = Instant.MAX;

  Dispatch(
      QueueSettings settings,
      QueueStore store,
      Pace pace,
      InstantSource clock,
      RandomGenerator random,
      Workers workers) {
    this.store = store;
    this.clock = clock;
    this.workers = workers;
    this.schedule = new DeliverySchedule(settings, pace, random);
    this.fresh = new FreshContent(settings.storage().memoryBudget());
  }

  /// What is run when the schedule says so, each on a thread of its kind.
  record Starts(Consumer<Consignment> attempt, Consumer<DeliverySchedule.Reading> reading) {}

  /// A page that is being read, and the messages that an operator took out meanwhile: it may be
  /// older than that.
  static final class PageWatch {
    private final Set<QueueId> withdrawn = new HashSet<>();

    private PageWatch() {}
  }

  /// A change of the schedule.
  interface ScheduleChange {
    void on(DeliverySchedule schedule, Instant now);
  }

  /// Starts nothing before this.
  void start(Starts what) {
    lock.lock();
    try {
      starts = Optional.of(what);
    } finally {
      lock.unlock();
    }
    pump();
  }

  /// Does something to the schedule; what may start then, starts.
  void change(ScheduleChange change) {
    quietly(change);
    pump();
  }

  /// The same, where [#pump] follows anyway.
  void quietly(ScheduleChange change) {
    lock.lock();
    try {
      change.on(schedule, clock.instant());
    } finally {
      lock.unlock();
    }
  }

  /// Takes in what was just stored for delivery.
  ///
  /// @param consignments leased to the caller
  void admit(NewMessage message, List<Consignment> consignments) {
    change(
        (lines, now) -> {
          var waiting = new ArrayList<Consignment>(consignments.size());
          for (Consignment consignment : consignments) {
            if (lines.offer(consignment, now)) {
              waiting.add(consignment);
            } else {
              store.release(consignment);
            }
          }
          fresh.keep(message, waiting);
        });
  }

  /// Takes in recipients that a message in the store got.
  ///
  /// @param consignments leased to the caller
  void admit(List<Consignment> consignments) {
    change(
        (lines, now) -> {
          for (Consignment consignment : consignments) {
            if (!lines.offer(consignment, now)) {
              store.release(consignment);
            }
          }
        });
  }

  /// To be opened before a page is read, and used with [#take].
  PageWatch watch() {
    var watch = new PageWatch();
    quietly((_, _) -> watches.add(watch));
    return watch;
  }

  void close(PageWatch watch) {
    quietly((_, _) -> watches.remove(watch));
  }

  /// Takes in what was read, but what an operator took out meanwhile.
  void take(List<Consignment> read, PageWatch watch) {
    quietly(
        (lines, now) -> {
          for (Consignment consignment : read) {
            if (watch.withdrawn.contains(consignment.id()) || !lines.offer(consignment, now)) {
              store.release(consignment);
            }
          }
        });
  }

  /// Starts whatever may start now: attempts, pages to read, the timer.
  void pump() {
    var launches = new ArrayList<Consignment>();
    var readings = new ArrayList<DeliverySchedule.Reading>();
    List<Consignment> held;
    Optional<Duration> sleep;
    Starts what;
    lock.lock();
    try {
      if (starts.isEmpty() || stopping) {
        return;
      }
      what = starts.get();
      Instant now = clock.instant();
      while (unsettled < MOST_UNSETTLED) {
        Optional<Consignment> next = schedule.next(now);
        if (next.isEmpty()) {
          break;
        }
        unsettled++;
        launches.add(next.get());
      }
      for (var next = schedule.reading(now); next.isPresent(); next = schedule.reading(now)) {
        readings.add(next.get());
      }
      held = schedule.heldBack(now);
      sleep = untilWake(now);
    } finally {
      lock.unlock();
    }
    giveBack(held);
    for (Consignment consignment : launches) {
      workers.attempt(() -> what.attempt().accept(consignment));
    }
    for (DeliverySchedule.Reading reading : readings) {
      workers.read(() -> what.reading().accept(reading));
    }
    sleep.ifPresent(duration -> workers.after(duration, this::wake));
  }

  private Optional<Duration> untilWake(Instant now) {
    Optional<Instant> wake = schedule.wake();
    if (wake.isEmpty() || wake.get().equals(Instant.MAX) || !wake.get().isBefore(nextWake)) {
      return Optional.empty();
    }
    nextWake = wake.get();
    Duration wait = Duration.between(now, nextWake);
    return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
  }

  private void wake() {
    change((_, _) -> nextWake = Instant.MAX);
  }

  /// One more end of an attempt is to be committed; [#settled] says when it was.
  void unsettled() {
    quietly((_, _) -> unsettled++);
  }

  void settled() {
    change(
        (_, _) -> {
          unsettled--;
          quieter.signalAll();
        });
  }

  /// A message's octets, where they are still in memory.
  Optional<MessageContent> content(Consignment consignment) {
    lock.lock();
    try {
      return fresh.of(consignment);
    } finally {
      lock.unlock();
    }
  }

  /// A consignment that was taken in is not waiting any more.
  void done(Consignment consignment) {
    quietly((_, _) -> fresh.done(consignment));
  }

  /// Gives back what waited here.
  void giveBack(List<Consignment> consignments) {
    for (Consignment consignment : consignments) {
      store.release(consignment);
      fresh.done(consignment);
    }
  }

  /// Forgets what waits here of a message that is no longer queued in the store.
  void withdraw(QueueId id) {
    change(
        (lines, now) -> {
          watches.forEach(watch -> watch.withdrawn.add(id));
          giveBack(lines.withdraw(c -> c.id().equals(id), now));
        });
  }

  /// The store has something for these.
  void due(List<Destination> destinations, Instant at) {
    change((lines, now) -> destinations.forEach(d -> lines.due(d, at, now)));
  }

  List<String> resting(int limit) {
    lock.lock();
    try {
      return schedule.resting(clock.instant(), limit);
    } finally {
      lock.unlock();
    }
  }

  boolean isStopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  /// Starts nothing more, and waits for what is not settled.
  void stop(Duration patience) {
    lock.lock();
    try {
      stopping = true;
      long left = patience.toNanos();
      while (unsettled > 0 && left > 0) {
        left = quieter.awaitNanos(left);
      }
      if (unsettled > 0) {
        LOG.warn("stopping with {} attempts under way, they will be repeated", unsettled);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
