package net.facteur.server.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What is done again and again never overtakes itself, and never ends.
class BackgroundTest {
  private final List<Runnable> ticks = new ArrayList<>();
  private final List<Runnable> handedOn = new ArrayList<>();
  private final AtomicInteger runs = new AtomicInteger();

  /// Ticks when the test says so.
  private final ScheduledExecutorService timer =
      (ScheduledExecutorService)
          Proxy.newProxyInstance(
              BackgroundTest.class.getClassLoader(),
              new Class<?>[] {ScheduledExecutorService.class},
              (_, _, arguments) -> {
                ticks.add((Runnable) arguments[0]);
                return null;
              });

  private void tick() {
    ticks.getFirst().run();
  }

  private void work() {
    handedOn.removeFirst().run();
  }

  @Test
  void aRunThatTakesLongIsNotJoinedByASecond() {
    new Background(timer, handedOn::add).every(Duration.ofSeconds(2), runs::incrementAndGet);
    tick();
    tick();
    assertEquals(1, handedOn.size());
    work();
    tick();
    work();
    assertEquals(2, runs.get());
  }

  @Test
  void oneThatFailsIsFollowedByTheNext() {
    new Background(timer, handedOn::add)
        .every(
            Duration.ofSeconds(2),
            () -> {
              runs.incrementAndGet();
              throw new IllegalStateException("a broken disk");
            });
    tick();
    work();
    tick();
    work();
    assertEquals(2, runs.get());
  }

  @Test
  void oneThatIsTurnedAwayIsHandedOnAgain() {
    new Background(
            timer,
            task -> {
              if (runs.incrementAndGet() == 1) {
                throw new RejectedExecutionException();
              }
              handedOn.add(task);
            })
        .every(Duration.ofSeconds(2), () -> {});
    tick();
    tick();
    assertEquals(1, handedOn.size());
  }
}
