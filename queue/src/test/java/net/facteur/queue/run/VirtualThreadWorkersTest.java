package net.facteur.queue.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VirtualThreadWorkersTest {
  @Test
  void admissionsKeepTheirOrderWhetherTheyComeAloneOrTogether() throws InterruptedException {
    List<Integer> all = IntStream.range(0, 3_000).boxed().toList();
    var seen = new ConcurrentLinkedQueue<Integer>();
    var last = new CompletableFuture<Boolean>();
    try (var workers = new VirtualThreadWorkers()) {
      for (int number : all) {
        if (number % 500 == 0) {
          // The next one comes alone.
          Thread.sleep(5);
        }
        workers.admit(() -> seen.add(number));
      }
      workers.admit(() -> last.complete(true));
      last.join();
    }
    assertEquals(all, List.copyOf(seen));
  }

  @Test
  void anAdmissionThatFailsHoldsUpNoOther() {
    var next = new CompletableFuture<Boolean>();
    try (var workers = new VirtualThreadWorkers()) {
      workers.admit(
          () -> {
            throw new IllegalStateException("a test");
          });
      workers.admit(() -> next.complete(true));
      assertTrue(next.join());
    }
  }
}
