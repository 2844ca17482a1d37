package net.facteur.server.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import net.facteur.server.net.AddressBlock;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final List<String> begun = new ArrayList<>();
  private final List<CompletableFuture<String>> open = new ArrayList<>();

  private CompletableFuture<String> take(Turns turns, int network, String name) throws Exception {
    AddressBlock block =
        AddressBlock.ofClient(InetAddress.getByAddress(new byte[] {10, 0, (byte) network, 1}));
    return turns
        .<String>take(
            block,
            () -> {
              begun.add(name);
              var task = new CompletableFuture<String>();
              open.add(task);
              return task;
            })
        .toCompletableFuture();
  }

  @Test
  void aNetworkThatWantsEverythingLeavesPlacesForOthers() throws Exception {
    var turns = new Turns(10);
    for (int i = 0; i < 100; i++) {
      var _ = take(turns, 1, "greedy " + i);
    }
    assertEquals(5, begun.size());
    var _ = take(turns, 2, "honest");
    assertEquals("honest", begun.getLast());
  }

  @Test
  void thoseThatWaitComeUpNetworkByNetworkAndInTheirOrder() throws Exception {
    var turns = new Turns(2);
    var _ = take(turns, 1, "a1");
    for (String name : List.of("a2", "a3", "a4")) {
      var _ = take(turns, 1, name);
    }
    var _ = take(turns, 2, "b1");
    var last = take(turns, 2, "b2");
    assertEquals(List.of("a1", "b1"), begun);
    for (int i = 0; i < 6; i++) {
      open.get(i).complete("done");
    }
    assertEquals(6, begun.size());
    assertTrue(begun.indexOf("b2") < begun.indexOf("a4"), begun::toString);
    assertTrue(begun.indexOf("a2") < begun.indexOf("a3"), begun::toString);
    assertEquals("done", last.join());
  }

  @Test
  void aTaskThatFailsFreesItsPlaceAndIsToldSo() throws Exception {
    var turns = new Turns(1);
    var failing = take(turns, 1, "first");
    var second = take(turns, 1, "second");
    open.getFirst().completeExceptionally(new IllegalStateException("on purpose"));
    assertThrows(CompletionException.class, failing::join);
    open.get(1).completeExceptionally(new IllegalStateException("on purpose"));
    assertThrows(CompletionException.class, second::join);
    var block = AddressBlock.ofClient(InetAddress.getLoopbackAddress());
    assertThrows(
        CompletionException.class,
        () ->
            turns
                .take(
                    block,
                    () -> {
                      throw new IllegalStateException("on purpose");
                    })
                .toCompletableFuture()
                .join());
    var _ = take(turns, 1, "third");
    assertEquals("third", begun.getLast());
  }
}
