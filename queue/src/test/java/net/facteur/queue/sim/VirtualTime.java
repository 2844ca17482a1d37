package net.facteur.queue.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import net.facteur.queue.run.Workers;

/// A clock that jumps to the next thing to do, on one thread, in an order given by a seed.
public final class VirtualTime implements InstantSource {
  private static final long MOST_STEPS = 2_000_000;

  private final RandomGenerator random;
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparing(Task::at).thenComparingLong(Task::tie));
  private Instant now;

  public VirtualTime(Instant start, RandomGenerator random) {
    this.now = start;
    this.random = random;
  }

  private record Task(Instant at, long tie, Runnable what) {}

  @Override
  public Instant instant() {
    return now;
  }

  /// Does `what` after a while; things of the same moment in any order.
  public void after(Duration delay, Runnable what) {
    tasks.add(new Task(now.plus(delay), random.nextLong(), what));
  }

  /// Does the next thing that is due by `end`, or jumps there.
  ///
  /// @return false where nothing was left to do
  public boolean step(Instant end) {
    Task next = tasks.peek();
    if (next == null || next.at().isAfter(end)) {
      now = end;
      return false;
    }
    tasks.remove();
    now = next.at();
    next.what().run();
    return true;
  }

  /// Does all that is due by `end`.
  public void runUntil(Instant end) {
    long steps = 0;
    while (step(end)) {
      if (++steps > MOST_STEPS) {
        throw new AssertionError("time stands still, or nearly, at " + now);
      }
    }
  }

  /// Threads and timers that live until they are closed, as a process would.
  ///
  /// @param slowest how long an attempt may take
  public Workers workers(Duration slowest) {
    return new Crew(slowest);
  }

  private final class Crew implements Workers {
    private final Duration slowest;
    private final ArrayDeque<Runnable> admissions = new ArrayDeque<>();
    private boolean alive = true;

    Crew(Duration slowest) {
      this.slowest = slowest;
    }

    @Override
    public void attempt(Runnable attempt) {
      after(Duration.ofMillis(random.nextLong(1 + slowest.toMillis())), attempt);
    }

    @Override
    public void admit(Runnable admission) {
      admissions.add(admission);
      after(Duration.ofMillis(random.nextInt(2)), () -> admissions.remove().run());
    }

    @Override
    public void read(Runnable reading) {
      after(Duration.ofMillis(random.nextInt(3)), reading);
    }

    @Override
    public void after(Duration delay, Runnable task) {
      VirtualTime.this.after(
          delay,
          () -> {
            if (alive) {
              task.run();
            }
          });
    }

    @Override
    public void close() {
      alive = false;
    }
  }
}
