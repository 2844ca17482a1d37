package net.facteur.server.net;

import java.util.concurrent.TimeUnit;

/// How long content may still take. RFC 5321, 4.5.3.2.5 and 4.5.3.2.6 want minutes of patience for
/// a pause; the limit on the whole keeps a peer that sends an octet now and then from staying for
/// ever.
final class ContentClock {
  private final TransportSettings.Times times;
  private final long start;
  private long octets;

  ContentClock(TransportSettings.Times times, long now) {
    this.times = times;
    this.start = now;
  }

  /// @param wanted octets that count as progress
  /// @return the new deadline
  long arrived(int wanted, long now) {
    octets += wanted;
    return Math.min(now + times.contentPause().toNanos(), end());
  }

  /// How far the peer is behind one that sends as fast as it should, in nanoseconds.
  long behind(long now) {
    return Math.max(
        0, now - start - TimeUnit.MILLISECONDS.toNanos(octets * 1_000 / times.minimumRate()));
  }

  boolean over(long now) {
    return now - end() >= 0;
  }

  private long end() {
    long extension = octets * 1_000 / times.minimumRate();
    return start + times.content().toNanos() + TimeUnit.MILLISECONDS.toNanos(extension);
  }
}
