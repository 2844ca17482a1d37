package net.facteur.server.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/// Which hosts were found to announce what they do not do. Kept for a day, so that a host that was
/// mended is believed again; forgotten with the process. Being wrong costs round trips, no mail.
final class Doubts {
  private static final int HOSTS_MAX = 10_000;
  private static final Duration KEPT = Duration.ofDays(1);

  private record Host(Candidate.Endpoint endpoint, Candidate.Dialect dialect) {
    static Host of(Candidate candidate) {
      return new Host(candidate.endpoint(), candidate.dialect());
    }
  }

  private final Cache<Host, Set<UntrueExtension>> known =
      Caffeine.newBuilder().maximumSize(HOSTS_MAX).expireAfterWrite(KEPT).build();

  Set<UntrueExtension> about(Candidate candidate) {
    Set<UntrueExtension> doubts = known.getIfPresent(Host.of(candidate));
    return doubts == null ? Set.of() : doubts;
  }

  void remember(Candidate candidate, Set<UntrueExtension> doubts) {
    var all = EnumSet.copyOf(doubts);
    all.addAll(about(candidate));
    known.put(Host.of(candidate), all);
  }
}
