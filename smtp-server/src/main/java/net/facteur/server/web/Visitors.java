package net.facteur.server.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.server.net.AddressBlock;

/// Who is connected, and how much each client network has asked lately. On the one event loop only.
final class Visitors {
  private static final int NETWORKS = 10_000;

  private final WebLimits limits;

  /// Whoever asked last is last.
  private final Map<WebConnection, AddressBlock> open = new LinkedHashMap<>();

  /// When each network may make a whole burst again, on the clock of the event loop; those that may
  /// already need not be there.
  private final Map<AddressBlock, Long> rested = new LinkedHashMap<>(16, 0.75f, true);

  Visitors(WebLimits limits) {
    this.limits = limits;
  }

  /// Counts a connection. Where all are taken, the one that has not asked for longest goes.
  ///
  /// @return false where its network has too many
  boolean enter(WebConnection connection) {
    AddressBlock network = AddressBlock.ofClient(connection.client());
    if (open.values().stream().filter(network::equals).count() >= limits.ofNetwork()) {
      return false;
    }
    if (open.size() >= limits.connections()) {
      WebConnection longest = open.keySet().iterator().next();
      open.remove(longest);
      longest.end();
    }
    open.put(connection, network);
    return true;
  }

  void leave(WebConnection connection) {
    open.remove(connection);
  }

  /// Counts a request.
  ///
  /// @param now in nanoseconds
  /// @return false where its network has made too many
  boolean asks(WebConnection connection, long now) {
    AddressBlock network = open.remove(connection);
    if (network == null) {
      return false; // it was sent away
    }
    open.put(connection, network);
    long interval = limits.interval().toNanos();
    long ahead = Math.max(0, rested.getOrDefault(network, now) - now);
    if (ahead > interval * (limits.burst() - 1)) {
      return false;
    }
    rested.put(network, now + ahead + interval);
    if (rested.size() > NETWORKS) {
      rested.remove(rested.keySet().iterator().next());
    }
    return true;
  }

  /// All that are connected.
  List<WebConnection> all() {
    return List.copyOf(open.keySet());
  }
}
