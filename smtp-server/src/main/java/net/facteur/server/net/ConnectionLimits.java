package net.facteur.server.net;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the open connections of a listener, in all and by client network.
final class ConnectionLimits {
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentHashMap<AddressBlock, Integer> byNetwork = new ConcurrentHashMap<>();

  int open() {
    return open.get();
  }

  /// Counts one more connection, unless all are taken.
  boolean enter(TransportSettings.Connections limits) {
    if (open.incrementAndGet() > limits.total()) {
      open.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    open.decrementAndGet();
  }

  /// Counts one more connection of a client.
  ///
  /// @return the network to name in [#leave(AddressBlock)]; empty where it has too many
  Optional<AddressBlock> enter(InetAddress client, TransportSettings.Connections limits) {
    AddressBlock network = limits.networkOf(client);
    int count = byNetwork.merge(network, 1, Integer::sum);
    if (count > limits.perNetwork()) {
      leave(network);
      return Optional.empty();
    }
    return Optional.of(network);
  }

  void leave(AddressBlock network) {
    byNetwork.computeIfPresent(network, (_, n) -> n == 1 ? null : n - 1);
  }
}
