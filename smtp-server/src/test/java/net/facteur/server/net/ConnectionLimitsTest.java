package net.facteur.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.IpLiteral;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionLimitsTest {
  private static final TransportSettings HUNDRED =
      new TransportSettings(
          TransportSettings.Times.DEFAULTS,
          new TransportSettings.Connections(100, 10),
          List.of(),
          List.of());

  private final ConnectionLimits limits = new ConnectionLimits();

  private static final class Seat implements ConnectionLimits.Guest {
    private long idle;
    private boolean asked;

    Seat(Duration idle) {
      this.idle = idle.toNanos();
    }

    @Override
    public long idleNanos() {
      return idle;
    }

    @Override
    public void makeRoom() {
      asked = true;
    }
  }

  private List<Seat> fill(int count, Duration idle) {
    var seats = new ArrayList<Seat>();
    for (int i = 0; i < count; i++) {
      var seat = new Seat(idle);
      assertTrue(limits.enter(seat, HUNDRED));
      seats.add(seat);
    }
    return seats;
  }

  @Test
  void whereAllAreTakenTheLongestIdleGoesForTheNewcomer() {
    List<Seat> seats = fill(100, Duration.ofSeconds(5));
    seats.get(42).idle = Duration.ofSeconds(8).toNanos();
    assertTrue(limits.enter(new Seat(Duration.ZERO), HUNDRED));
    assertTrue(seats.get(42).asked);
    assertEquals(1, seats.stream().filter(seat -> seat.asked).count());
    limits.leave(seats.get(42));
    assertEquals(100, limits.open());
  }

  @Test
  void nobodyGoesWhoIsAtWork() {
    List<Seat> seats = fill(100, Duration.ofMillis(900));
    assertFalse(limits.enter(new Seat(Duration.ZERO), HUNDRED));
    assertTrue(seats.stream().noneMatch(seat -> seat.asked));
    assertEquals(100, limits.open());
  }

  @Test
  void whoWasAskedToGoAndDoesNotHoldsNoMoreThanATenthOnTop() {
    fill(100, Duration.ofSeconds(5));
    int more = 0;
    while (more < 100 && limits.enter(new Seat(Duration.ofSeconds(5)), HUNDRED)) {
      more++;
    }
    assertEquals(11, more);
  }

  @Test
  void theNearerTheLimitTheShorterAnybodyMayBeIdle() {
    List<Seat> old = fill(75, Duration.ofMinutes(4));
    assertTrue(old.stream().noneMatch(seat -> seat.asked));
    fill(20, Duration.ofSeconds(1));
    assertTrue(old.stream().allMatch(seat -> seat.asked));
  }

  @ParameterizedTest
  @CsvSource({"1, 300", "75, 300", "80, 242", "90, 126", "100, 10", "110, 10"})
  void patienceShrinksOverTheLastQuarter(int open, long seconds) {
    assertEquals(seconds, ConnectionLimits.patience(open, HUNDRED).toSeconds());
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:0:1200::1, 2001:db8:0:12ff:ffff::1, true",
    "2001:db8:0:1200::1, 2001:db8:0:1300::1, false",
    "192.0.2.1, 192.0.2.254, true",
    "192.0.2.1, 192.0.3.1, false"
  })
  void clientsAreCountedBySlash24And56(String first, String second, boolean together) {
    Optional<AddressBlock> one = limits.enter(ip(first), HUNDRED);
    Optional<AddressBlock> two = limits.enter(ip(second), HUNDRED);
    assertEquals(together, one.equals(two));
  }

  @Test
  void aNetworkHasItsOwnLimit() {
    for (int i = 0; i < 10; i++) {
      assertTrue(limits.enter(ip("2001:db8::" + i), HUNDRED).isPresent());
    }
    assertTrue(limits.enter(ip("2001:db8:0:ff::1"), HUNDRED).isEmpty());
    assertTrue(limits.enter(ip("2001:db8:0:100::1"), HUNDRED).isPresent());
  }

  private static InetAddress ip(String text) {
    return IpLiteral.parse(text).toOptional().orElseThrow();
  }

  @Test
  void hostsOfOurOwnMayHaveAnyPart() {
    TransportSettings friendly =
        HUNDRED.withFriends(List.of(AddressBlock.around(ip("192.0.2.7"), 32)));
    for (int i = 0; i < 50; i++) {
      assertTrue(limits.enter(ip("192.0.2.7"), friendly).isPresent());
    }
    assertTrue(limits.enter(ip("192.0.2.8"), friendly).isEmpty());
    for (int i = 0; i < 50; i++) {
      limits.leave(AddressBlock.ofClient(ip("192.0.2.7")));
    }
    assertTrue(limits.enter(ip("192.0.2.8"), friendly).isPresent());
  }
}
