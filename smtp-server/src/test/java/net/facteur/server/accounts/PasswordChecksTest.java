package net.facteur.server.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.facteur.server.accounts.LoginHistory.Standing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordChecksTest {
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());
  private final List<String> putOff = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch gate = new CountDownLatch(1);
  private final CountDownLatch busy = new CountDownLatch(1);
  private PasswordChecks checks = new PasswordChecks(1, 1);

  @AfterEach
  void close() {
    gate.countDown();
    checks.close();
  }

  /// One thread, which is busy until the gate opens.
  private void start(int places) throws InterruptedException {
    checks = new PasswordChecks(1, places);
    checks.submit(
        new PasswordChecks.Check(
            "busy",
            LoginHistory.network(InetAddress.ofLiteral("203.0.113.1")),
            Standing.KNOWN,
            _ -> {
              busy.countDown();
              pass(gate);
            },
            () -> {}));
    assertTrue(busy.await(60, TimeUnit.SECONDS));
  }

  private static void pass(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean submit(String session, String address, Standing standing) {
    return checks.submit(
        new PasswordChecks.Check(
            session,
            LoginHistory.network(InetAddress.ofLiteral(address)),
            standing,
            _ -> done.add(session),
            () -> putOff.add(session)));
  }

  private List<String> order() throws InterruptedException {
    var last = new CountDownLatch(1);
    checks.submit(
        new PasswordChecks.Check(
            "last",
            LoginHistory.network(InetAddress.ofLiteral("203.0.114.1")),
            Standing.FAILING,
            _ -> last.countDown(),
            () -> {}));
    gate.countDown();
    assertTrue(last.await(60, TimeUnit.SECONDS));
    return List.copyOf(done);
  }

  @Test
  void theBetterStandingGoesFirst() throws Exception {
    start(100);
    submit("failing", "192.0.2.1", Standing.FAILING);
    submit("new", "198.51.100.1", Standing.NEW);
    submit("familiar", "198.51.101.1", Standing.FAMILIAR);
    submit("known", "198.51.102.1", Standing.KNOWN);
    assertEquals(List.of("known", "familiar", "new", "failing"), order());
  }

  @Test
  void networksTakeTurns() throws Exception {
    start(100);
    for (int i = 1; i <= 4; i++) {
      submit("crowd" + i, "192.0.2." + i, Standing.NEW);
    }
    submit("lone", "198.51.100.1", Standing.NEW);
    submit("lone6", "2001:db8::1", Standing.NEW);
    assertEquals(List.of("crowd1", "lone", "lone6", "crowd2", "crowd3", "crowd4"), order());
  }

  @Test
  void whoeverHasWaitedLongestGetsATurnInTheEnd() throws Exception {
    start(100);
    submit("patient", "192.0.2.1", Standing.FAILING);
    for (int i = 0; i < 20; i++) {
      submit("known" + i, "198.51." + i + ".1", Standing.KNOWN);
    }
    List<String> order = order();
    assertTrue(order.indexOf("patient") < 8, order.toString());
  }

  @Test
  void whereAllPlacesAreTakenACrowdMakesRoom() throws Exception {
    start(4);
    for (int i = 1; i <= 4; i++) {
      assertTrue(submit("crowd" + i, "192.0.2." + i, Standing.NEW));
    }
    assertTrue(submit("lone", "198.51.100.1", Standing.NEW));
    assertFalse(submit("crowd5", "192.0.2.5", Standing.NEW));
    assertFalse(submit("failing", "198.51.101.1", Standing.FAILING));
    assertTrue(submit("known", "192.0.2.9", Standing.KNOWN));
    assertEquals(List.of("crowd4", "crowd3"), putOff);
  }

  @Test
  void aSessionThatHasGoneWaitsNoMore() throws Exception {
    start(2);
    submit("gone", "192.0.2.1", Standing.NEW);
    submit("stays", "192.0.2.2", Standing.NEW);
    checks.forget("gone");
    checks.forget("never seen");
    assertTrue(submit("next", "192.0.2.3", Standing.NEW));
    assertEquals(List.of("gone"), putOff);
    gate.countDown();
  }

  @Test
  void nobodyIsLeftWaitingWhenAllCloses() throws Exception {
    start(10);
    submit("a", "192.0.2.1", Standing.NEW);
    submit("b", "192.0.2.2", Standing.KNOWN);
    checks.close();
    assertEquals(2, putOff.size());
    assertFalse(submit("c", "192.0.2.3", Standing.KNOWN));
  }
}
