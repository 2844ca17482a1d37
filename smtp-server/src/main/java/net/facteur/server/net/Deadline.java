package net.facteur.server.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A time limit that is moved far more often than it is met: one timer, which goes back to sleep
/// when it finds the limit moved on.
public final class Deadline {
  private final EventExecutor loop;
  private final Runnable expired;
  private long at;
  private long timerAt;
  private @Nullable Future<?> timer;

  /// @param expired runs on the event loop where the limit is met
  public Deadline(EventExecutor loop, Runnable expired) {
    this.loop = loop;
    this.expired = expired;
  }

  /// The loop's own clock, in nanoseconds from an arbitrary origin.
  public long now() {
    return loop.ticker().nanoTime();
  }

  /// Moves the limit to so long from now.
  public void in(Duration limit) {
    at(now() + limit.toNanos());
  }

  void at(long nanos) {
    at = nanos;
    if (timer == null) {
      sleep();
    } else if (timerAt - nanos > 0) {
      timer.cancel(false);
      sleep();
    }
  }

  /// No limit any more.
  public void cancel() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void sleep() {
    timerAt = at;
    timer = loop.schedule(this::wake, Math.max(0, at - now()), TimeUnit.NANOSECONDS);
  }

  private void wake() {
    timer = null;
    if (at - now() > 0) {
      sleep();
    } else {
      expired.run();
    }
  }
}
