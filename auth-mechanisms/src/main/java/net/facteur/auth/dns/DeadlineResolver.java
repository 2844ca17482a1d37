package net.facteur.auth.dns;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A resolver for one message or one check: once its time is up, every further look-up fails at
/// once.
///
/// A look-up that is under way is not interrupted, so the whole takes at most the budget and the
/// time limit of one look-up of the resolver behind it.
public final class DeadlineResolver implements Resolver {
  private final Resolver resolver;
  private final InstantSource clock;
  private final Instant deadline;

  /// The time begins to run now.
  public DeadlineResolver(Resolver resolver, InstantSource clock, Duration budget) {
    this.resolver = resolver;
    this.clock = clock;
    this.deadline = clock.instant().plus(budget);
  }

  @Override
  public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
    return clock.instant().isAfter(deadline)
        ? new Answer.Failed<>("the time for DNS look-ups is used up")
        : resolver.lookup(name, type);
  }
}
