package net.facteur.server.net;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the open connections of a listener, in all and by client network, and makes room where
/// they run short.
///
/// From three quarters of them on, a client may be idle for less and less time, down to
/// [#LEAST_PATIENCE] where all are taken. Where even that makes no room, the one that has been idle
/// longest goes, if it has been for [#UNTOUCHED].
final class ConnectionLimits {
  /// How long a client may be idle where hardly a connection is left.
  static final Duration LEAST_PATIENCE = Duration.ofSeconds(10);

  /// Nobody is sent away who was heard of within this time: it is no more than a slow link needs.
  static final Duration UNTOUCHED = Duration.ofSeconds(1);

  /// Who was told to go needs a moment to do so; meanwhile so many more may be open.
  private static final int PART_LEAVING = 10;

  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentHashMap<AddressBlock, Integer> byNetwork = new ConcurrentHashMap<>();
  private final Set<Guest> guests = ConcurrentHashMap.newKeySet();
  private final Set<Guest> leaving = ConcurrentHashMap.newKeySet();

  /// A connection that may be asked to go.
  interface Guest {
    /// How long the peer has let us wait, in nanoseconds; 0 while it waits for us.
    long idleNanos();

    /// Ends the connection with 421, at the next moment.
    void makeRoom();
  }

  int open() {
    return open.get();
  }

  /// Counts one more connection, unless all are taken by clients that are at work.
  boolean enter(Guest guest, TransportSettings limits) {
    int total = limits.connections().total();
    int now = open.incrementAndGet();
    if (now > nearlyFull(total)) {
      sendAway(patience(now, limits));
    }
    if (now - leaving.size() > total) {
      longestIdle().ifPresent(this::sendAway);
    }
    if (now - leaving.size() > total || now > total + total / PART_LEAVING + 1) {
      open.decrementAndGet();
      return false;
    }
    guests.add(guest);
    return true;
  }

  void leave(Guest guest) {
    open.decrementAndGet();
    guests.remove(guest);
    leaving.remove(guest);
  }

  private void sendAway(Duration patience) {
    long limit = patience.toNanos();
    for (Guest guest : guests) {
      if (guest.idleNanos() > limit) {
        sendAway(guest);
      }
    }
  }

  private void sendAway(Guest guest) {
    if (leaving.add(guest)) {
      guest.makeRoom();
    }
  }

  private Optional<Guest> longestIdle() {
    return guests.stream()
        .filter(guest -> !leaving.contains(guest))
        .max(Comparator.comparingLong(Guest::idleNanos))
        .filter(guest -> guest.idleNanos() >= UNTOUCHED.toNanos());
  }

  private static int nearlyFull(int total) {
    return total - total / 4;
  }

  /// How long a client may be idle where so many connections are open.
  static Duration patience(int open, TransportSettings limits) {
    int total = limits.connections().total();
    Duration usual = limits.times().command();
    int above = open - nearlyFull(total);
    if (above <= 0 || usual.compareTo(LEAST_PATIENCE) <= 0) {
      return usual;
    }
    int range = Math.max(1, total - nearlyFull(total));
    return usual.minus(
        usual.minus(LEAST_PATIENCE).multipliedBy(Math.min(above, range)).dividedBy(range));
  }

  /// Counts one more connection of a client.
  ///
  /// @return the network to name in [#leave(AddressBlock)]; empty where it has too many
  Optional<AddressBlock> enter(InetAddress client, TransportSettings limits) {
    AddressBlock network = AddressBlock.ofClient(client);
    int count = byNetwork.merge(network, 1, Integer::sum);
    if (count > limits.connections().perNetwork() && !limits.isFriend(client)) {
      leave(network);
      return Optional.empty();
    }
    return Optional.of(network);
  }

  void leave(AddressBlock network) {
    byNetwork.computeIfPresent(network, (_, n) -> n == 1 ? null : n - 1);
  }
}
