package net.facteur.server.reception;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Counts the rewritten reverse-paths that clients made up. Their hashes have four characters, so
/// somebody who may try without end finds one that is right, and could then send mail through us to
/// anybody.
///
/// Counted by network (IPv4 /24, IPv6 /56) over an hour, across sessions; only the networks that
/// guessed last are remembered. Safe for use by many threads, and never blocks for long.
final class SrsGuesses {
  private static final Duration PERIOD = Duration.ofHours(1);
  private static final int MAX_NETWORKS = 10_000;
  private static final int IPV4_PREFIX = 3;
  private static final int IPV6_PREFIX = 7;

  private final int limit;
  private final InstantSource clock;
  private final Map<ByteBuffer, Count> counts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Count> eldest) {
          return size() > MAX_NETWORKS;
        }
      };

  /// What one network did since `start`.
  private record Count(Instant start, int wrong) {}

  /// @param limit wrong addresses of one network in an hour; after that it is not told whether an
  ///   address is right
  SrsGuesses(int limit, InstantSource clock) {
    this.limit = limit;
    this.clock = clock;
  }

  /// True where this client has guessed too often.
  synchronized boolean exhausted(InetAddress client) {
    Count count = counts.get(network(client));
    return count != null && !over(count) && count.wrong() >= limit;
  }

  /// Remembers a wrong address.
  synchronized void wrong(InetAddress client) {
    counts.merge(
        network(client),
        new Count(clock.instant(), 1),
        (known, first) -> over(known) ? first : new Count(known.start(), known.wrong() + 1));
  }

  private boolean over(Count count) {
    return !clock.instant().isBefore(count.start().plus(PERIOD));
  }

  private static ByteBuffer network(InetAddress client) {
    byte[] octets = client.getAddress();
    return ByteBuffer.wrap(Arrays.copyOf(octets, octets.length == 4 ? IPV4_PREFIX : IPV6_PREFIX));
  }
}
