package net.facteur.server.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import net.facteur.queue.MailAddress;
import net.facteur.server.bounces.DeliveryReport.Ground;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.routing.ForwardStanding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is remembered of mail after it left.
class MemoriesTest {
  private static final List<Ground> GROUNDS = List.of(Ground.values());
  private static final MailAddress BOB = new MailAddress("bob", "example.org");
  private static final MailAddress DAN = new MailAddress("Dan", "Example.NET");

  @TempDir private Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2027-01-01T12:00:00Z"));
  private SqlCountStore store;

  @BeforeEach
  void open() {
    store = SqlCountStore.in(directory, now::get);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void pass(Duration time) {
    now.updateAndGet(at -> at.plus(time));
  }

  private DeadAddresses dead() throws IOException {
    var dead = new DeadAddresses(store, now::get);
    dead.exchange();
    return dead;
  }

  private ForwardMemory forwards() throws IOException {
    var forwards = new ForwardMemory(store, now::get);
    forwards.exchange();
    return forwards;
  }

  @Test
  void anAddressIsDeadAfterTwoRefusalsWeeksApartAndUntilSomethingArrives() throws IOException {
    DeadAddresses dead = dead();
    dead.refused("Carol@example.net", Ground.UNKNOWN_USER, "550 5.1.1 no");
    pass(Duration.ofDays(13));
    dead.refused("carol@example.net", Ground.UNKNOWN_USER, "550 5.1.1 no");
    assertInstanceOf(DeadAddresses.Standing.Suspected.class, dead.standing("carol@example.net"));
    pass(Duration.ofDays(1));
    dead.refused("carol@example.net", Ground.UNKNOWN_USER, "550\r\n5.1.1 no");
    var its =
        assertInstanceOf(DeadAddresses.Standing.Dead.class, dead.standing("CAROL@example.net"));
    assertEquals("550 5.1.1 no", its.said());
    dead.exchange();
    assertEquals(dead.list(), dead().list(), "after a restart");
    dead.arrived("carol@Example.net");
    assertEquals(DeadAddresses.Standing.Good.GOOD, dead.standing("carol@example.net"));
    dead.exchange();
    assertEquals(List.of(), dead().list());
  }

  @Test
  void aDeadAddressIsForgottenHalfAYearAfterTheLastRefusal() throws IOException {
    DeadAddresses dead = dead();
    dead.refused("carol@example.net", Ground.FULL, "552 5.2.2 full");
    pass(Duration.ofDays(30));
    dead.refused("carol@example.net", Ground.FULL, "552 5.2.2 full");
    assertEquals(1, dead.list().size());
    pass(Duration.ofDays(180));
    assertEquals(List.of(), dead.list());
    dead.exchange();
    assertEquals(0, dead.forget("@example.net"), "it was forgotten already");
  }

  /// Whatever comes in whatever order, and whichever way the clock goes: no address is dead whose
  /// refusals lie within two weeks, and what is written is read as it was.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aRestartChangesNothingWhateverHappened(long seed) throws IOException {
    var random = new Random(seed);
    DeadAddresses dead = dead();
    ForwardMemory forwards = forwards();
    for (int i = 0; i < 300; i++) {
      String address = "u" + random.nextInt(8) + "@example.net";
      var target = new MailAddress("u" + random.nextInt(8), "example.net");
      switch (random.nextInt(6)) {
        case 0 -> dead.arrived(address);
        case 1 -> forwards.arrived(BOB, target, random.nextBoolean());
        case 2 -> pass(Duration.ofHours(random.nextInt(-48, 200)));
        case 3 ->
            forwards.failed(
                Optional.of(BOB), target, random.nextBoolean(), random.nextBoolean(), "5 é\n x");
        default ->
            dead.refused(address, GROUNDS.get(random.nextInt(GROUNDS.size())), "550 no " + i);
      }
      if (random.nextInt(20) == 0) {
        dead.exchange();
        forwards.exchange();
        assertEquals(dead.list(), dead().list());
        assertEquals(forwards.list(), forwards().list());
      }
    }
    assertTrue(forwards.list().size() <= 8);
  }

  @Test
  void aForwardRestsAfterAWeekOfRefusalsAndIsTriedAfterTwoMore() throws IOException {
    ForwardMemory forwards = forwards();
    for (int day = 0; day < 8; day++) {
      assertEquals(ForwardStanding.Standing.OPEN, forwards.of(DAN), "day " + day);
      forwards.failed(Optional.of(BOB), DAN, true, true, "550 5.1.1 no");
      if (day < 7) {
        pass(Duration.ofDays(1));
      }
    }
    assertEquals(ForwardStanding.Standing.RESTS, forwards.of(DAN));
    forwards.exchange();
    assertEquals(ForwardStanding.Standing.RESTS, forwards().of(DAN), "after a restart");
    pass(Duration.ofDays(-3));
    assertEquals(ForwardStanding.Standing.RESTS, forwards.of(DAN), "the clock steps back");
    pass(Duration.ofDays(17));
    assertEquals(ForwardStanding.Standing.TRIED, forwards.of(DAN));
    forwards.arrived(BOB, DAN, true);
    assertEquals(ForwardStanding.Standing.OPEN, forwards.of(DAN));
    assertEquals("arrives", forwards.list().getFirst().state());
  }

  @Test
  void refusalsByPolicyRestNobody() throws IOException {
    ForwardMemory forwards = forwards();
    for (int day = 0; day < 30; day++) {
      forwards.failed(Optional.of(BOB), DAN, true, false, "550 5.7.1 spam");
      pass(Duration.ofDays(1));
    }
    assertEquals(ForwardStanding.Standing.OPEN, forwards.of(DAN));
    assertEquals("refused", forwards.list().getFirst().state());
    assertEquals(1, forwards.retry("BOB@example.org"));
    assertEquals(List.of(), forwards.list());
  }

  @Test
  void nothingMoreIsRememberedThanThereIsRoomFor() throws IOException {
    var few = new Remembered<String>(store, "few", 3, text -> text, Optional::of);
    for (int i = 0; i < 10; i++) {
      few.change("k" + i, _ -> Optional.of("v"));
    }
    assertEquals(3, few.all().size());
    few.exchange();
    assertEquals(3, store.texts("few").size());
    few.forget(entry -> entry.getKey().equals("k0"));
    few.change("k9", _ -> Optional.of("v"));
    few.exchange();
    var again = new Remembered<String>(store, "few", 3, text -> text, Optional::of);
    again.exchange();
    assertEquals(few.all(), again.all());
  }

  /// Days are counted for themselves, and so are processes.
  @Test
  void theShareOfForwardedMailIsTheSumOfAllProcesses() throws IOException {
    var one = new ForwardShare(store, "one", now::get);
    var two = new ForwardShare(store, "two", now::get);
    for (int i = 0; i < 10; i++) {
      one.delivered(i < 3);
      two.delivered(true);
      pass(Duration.ofDays(1));
    }
    one.exchange();
    two.exchange();
    var both = new ForwardShare(store, "", now::get);
    both.exchange();
    assertEquals(new ForwardShare.Sum(20, 13), both.sum());
    pass(Duration.ofDays(40));
    assertEquals(ForwardShare.Sum.NONE, both.sum());
    both.exchange();
    both.exchange(); // what was forgotten leaves the store
    assertEquals(0, store.texts(ForwardShare.PART).size());
  }
}
