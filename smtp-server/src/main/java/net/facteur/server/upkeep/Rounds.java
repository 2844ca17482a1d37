package net.facteur.server.upkeep;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Has everything that is looked after looked at again and again, one thing after the other, since
/// some build on what others did.
public final class Rounds {
  private Rounds() {}

  /// Begins. A round that takes longer than the pause between two is not joined by a second.
  ///
  /// @param timer only hands the rounds on
  /// @param workers may block
  /// @param upkeep asked for in each round
  public static void begin(
      ScheduledExecutorService timer, Executor workers, Supplier<List<Upkeep>> upkeep) {
    var turn = new Semaphore(1);
    long millis = Upkeep.LOOK.toMillis();
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              if (turn.tryAcquire()) {
                workers.execute(
                    () -> {
                      try {
                        upkeep.get().forEach(Upkeep::look);
                      } finally {
                        turn.release();
                      }
                    });
              }
            },
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }
}
