package net.facteur.server.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
            () -> Standing.KNOWN,
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
            () -> standing,
            _ -> done.add(session),
            () -> putOff.add(session)));
  }

  private List<String> order() throws InterruptedException {
    var last = new CountDownLatch(1);
    checks.submit(
        new PasswordChecks.Check(
            "last",
            LoginHistory.network(InetAddress.ofLiteral("203.0.114.1")),
            () -> Standing.FAILING,
            _ -> last.countDown(),
            () -> {}));
    gate.countDown();
    assertTrue(last.await(60, TimeUnit.SECONDS));
    return List.copyOf(done);
  }

  /// The same where others may come after the last: waits until so many are done.
  private List<String> order(int all) throws InterruptedException {
    var _ = order();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (done.size() < all && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return List.copyOf(done);
  }

  @Test
  void theBetterStandingGoesFirst() throws Exception {
    start(100);
    submit("failing", "192.0.2.1", Standing.FAILING);
    submit("suspect", "198.51.99.1", Standing.SUSPECT);
    submit("new", "198.51.100.1", Standing.NEW);
    submit("familiar", "198.51.101.1", Standing.FAMILIAR);
    submit("known", "198.51.102.1", Standing.KNOWN);
    assertEquals(List.of("known", "familiar", "new", "suspect", "failing"), order());
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
  void whatWaitsFromANetworkThatHasFailedGoesBehind() throws Exception {
    start(100);
    var failed = new AtomicReference<>(Standing.NEW);
    for (int i = 1; i <= 2; i++) {
      String session = "guess" + i;
      checks.submit(
          new PasswordChecks.Check(
              session,
              LoginHistory.network(InetAddress.ofLiteral("192.0.2.1")),
              failed::get,
              _ -> {
                done.add(session);
                failed.set(Standing.FAILING);
              },
              () -> {}));
    }
    submit("honest1", "198.51.100.1", Standing.NEW);
    submit("honest2", "198.51.100.2", Standing.NEW);
    assertEquals(List.of("guess1", "honest1", "honest2", "guess2"), order(4));
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

  @Test
  void whoComesFromAroundManyWrongPasswordsGoesBehindOtherNewcomers() {
    var history = new LoginHistory(() -> 0);
    InetAddress neighbour = InetAddress.ofLiteral("192.0.200.1");
    for (int i = 0; i < 9; i++) {
      history.failed("user" + i + "@example.org", InetAddress.ofLiteral("192.0." + i + ".1"), true);
    }
    assertEquals(Standing.NEW, history.standing("alice@example.org", neighbour));
    history.failed("user9@example.org", InetAddress.ofLiteral("192.0.9.1"), true);
    assertEquals(Standing.SUSPECT, history.standing("alice@example.org", neighbour));
    assertEquals(
        Standing.NEW, history.standing("alice@example.org", InetAddress.ofLiteral("192.1.9.1")));
    history.succeeded("bob@example.org", InetAddress.ofLiteral("192.0.201.1"));
    assertEquals(Standing.NEW, history.standing("alice@example.org", neighbour));
  }

  @Test
  void loginsBeforeARestartCountForThirtyDays() {
    var history = new LoginHistory(() -> 0);
    Instant now = Instant.parse("2026-12-01T00:00:00Z");
    history.recall(
        Map.of(
            new LastLogins.Key("alice@example.org", Optional.of("phone")),
            new LastLogins.Use(now.minus(Duration.ofDays(29)), "192.0.2.1", "imap"),
            new LastLogins.Key("bob@example.org", Optional.empty()),
            new LastLogins.Use(now.minus(Duration.ofDays(31)), "192.0.3.1", "imap"),
            new LastLogins.Key("carol@example.org", Optional.empty()),
            new LastLogins.Use(now, "damaged", "imap")),
        now);
    InetAddress home = InetAddress.ofLiteral("192.0.2.9");
    assertEquals(Standing.KNOWN, history.standing("alice@example.org", home));
    assertEquals(
        Standing.FAMILIAR,
        history.standing("alice@example.org", InetAddress.ofLiteral("198.51.100.1")));
    assertEquals(
        Standing.NEW, history.standing("bob@example.org", InetAddress.ofLiteral("192.0.3.1")));
  }
}
