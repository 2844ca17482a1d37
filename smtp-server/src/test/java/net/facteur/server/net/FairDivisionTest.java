package net.facteur.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairDivisionTest {
  /// Greedy parties take by turns until none gets any more.
  @ParameterizedTest
  @CsvSource({"1, 500", "2, 333", "9, 100", "99, 10"})
  void whateverTheGreedyTakeAnEqualShareIsLeftForTheNext(int parties, long share) {
    var stock = new FairDivision<Integer>(1000);
    boolean any = true;
    while (any) {
      any = false;
      for (int party = 0; party < parties; party++) {
        any |= stock.take(party, 1);
      }
    }
    assertTrue(stock.left() >= share, () -> "left: " + stock.left());
    assertTrue(stock.take(parties, share / 2));
  }

  @Test
  void whatIsGivenBackIsThereForOthers() {
    var stock = new FairDivision<String>(10);
    assertTrue(stock.take("a", 5));
    assertFalse(stock.take("a", 1));
    stock.owe("a", 4);
    assertFalse(stock.take("b", 2));
    stock.give("a", 9);
    assertEquals(10, stock.left());
    assertTrue(stock.take("b", 5));
  }

  @Test
  void nothingGetsLostInAnyOrder() {
    var random = new Random(7);
    var stock = new FairDivision<Integer>(100);
    var held = new long[5];
    for (int i = 0; i < 10_000; i++) {
      int party = random.nextInt(held.length);
      long amount = random.nextInt(20);
      if (random.nextBoolean()) {
        held[party] += stock.take(party, amount) ? amount : 0;
      } else {
        long back = Math.min(held[party], amount);
        stock.give(party, back);
        held[party] -= back;
      }
      assertEquals(100 - java.util.Arrays.stream(held).sum(), stock.left());
      assertTrue(stock.left() >= 0);
    }
  }
}
