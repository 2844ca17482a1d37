package net.facteur.server.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/// With which hosts a TLS handshake came to no end. Kept for a day after the last time; forgotten
/// with the process, which costs an attempt and no mail.
///
/// Whoever can hold up packets can hold up a handshake, too. So one that stalls ends the attempt,
/// and clear text goes only to a host where that happened in an earlier attempt as well.
final class StalledHandshakes {
  private static final int HOSTS_MAX = 10_000;
  private static final Duration KEPT = Duration.ofDays(1);

  /// When it was, by [System#nanoTime].
  private final Cache<Candidate.Endpoint, Long> known =
      Caffeine.newBuilder().maximumSize(HOSTS_MAX).expireAfterWrite(KEPT).build();

  /// Notes that it happened with this host.
  ///
  /// @param begun when this attempt began: what others have met since does not count
  /// @return true where it had happened before that
  boolean again(Candidate candidate, long begun) {
    Long before = known.asMap().put(candidate.endpoint(), System.nanoTime());
    return before != null && before - begun < 0;
  }

  /// A handshake was done.
  void over(Candidate candidate) {
    known.invalidate(candidate.endpoint());
  }
}
