package net.facteur.auth.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// Remembers the answers of another resolver for as long as they allow.
///
/// Records stay for their TTL, "no such name" and "no such data" for their negative TTL (RFC 2308),
/// failures for a few seconds, all within the bounds of [DnsSettings]. What is remembered is
/// bounded by its size. Of several threads that ask the same question at once one asks, and the
/// others wait for its answer; nobody waits for another question.
public final class CachingResolver implements Resolver {
  private static final int ENTRY_OCTETS = 250;

  private final Resolver resolver;
  private final DnsSettings settings;
  private final InstantSource clock;
  private final Cache<Question, Kept> cache;
  private final Map<Question, CompletableFuture<Answer<?>>> underWay = new ConcurrentHashMap<>();

  private record Question(DomainName name, RecordType<?> type) {}

  private record Kept(Answer<?> answer, Instant until) {}

  public CachingResolver(Resolver resolver, DnsSettings settings, InstantSource clock) {
    this.resolver = resolver;
    this.settings = settings;
    this.clock = clock;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(settings.cacheOctets())
            .weigher((Question question, Kept kept) -> octets(question, kept.answer()))
            .expireAfter(
                Expiry.creating(
                    (Question _, Kept kept) -> Duration.between(clock.instant(), kept.until())))
            .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
            .executor(Runnable::run) // its upkeep is short; no thread pool
            .build();
  }

  @Override
  public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
    var question = new Question(name, type);
    Optional<Answer<?>> kept = kept(question);
    if (kept.isPresent()) {
      return typed(kept.get());
    }
    var mine = new CompletableFuture<Answer<?>>();
    CompletableFuture<Answer<?>> others = underWay.putIfAbsent(question, mine);
    if (others != null) {
      return typed(others.join());
    }
    try {
      // Whoever asked before may have kept the answer and left between the two looks above.
      Optional<Answer<?>> meanwhile = kept(question);
      Answer<T> answer =
          meanwhile.isPresent() ? typed(meanwhile.get()) : resolver.lookup(name, type);
      if (meanwhile.isEmpty()) {
        keep(question, answer);
      }
      mine.complete(answer);
      return answer;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(question, mine);
    }
  }

  /// The answer that is kept, its TTL counted down; empty where none is fresh.
  private Optional<Answer<?>> kept(Question question) {
    Kept kept = cache.getIfPresent(question);
    return kept != null && clock.instant().isBefore(kept.until())
        ? Optional.of(withTtl(kept.answer(), Duration.between(clock.instant(), kept.until())))
        : Optional.empty();
  }

  /// The question's type is part of the key, so the answer has its record data.
  @SuppressWarnings("unchecked")
  private static <T> Answer<T> typed(Answer<?> answer) {
    return (Answer<T>) answer;
  }

  private void keep(Question question, Answer<?> answer) {
    Duration time =
        switch (answer) {
          case Answer.Records<?> r -> least(settings.maxTtl(), most(settings.minTtl(), r.ttl()));
          case Answer.NoData<?> n -> negative(n.ttl());
          case Answer.NxDomain<?> n -> negative(n.ttl());
          // RFC 2308, 7: failures may be cached, for at most five minutes
          case Answer.Failed<?> _, Answer.Bogus<?> _ -> settings.failureTtl();
        };
    if (time.isPositive()) {
      cache.put(question, new Kept(answer, clock.instant().plus(time)));
    }
  }

  private Duration negative(Duration ttl) {
    return least(settings.maxNegativeTtl(), most(settings.minTtl(), ttl));
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static Duration most(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static <T> Answer<T> withTtl(Answer<T> answer, Duration ttl) {
    return switch (answer) {
      case Answer.Records<T> r -> new Answer.Records<>(r.values(), r.owner(), r.secure(), ttl);
      case Answer.NoData<T> n -> new Answer.NoData<>(n.owner(), n.secure(), ttl);
      case Answer.NxDomain<T> n -> new Answer.NxDomain<>(n.secure(), ttl);
      case Answer.Failed<T> f -> f;
      case Answer.Bogus<T> b -> b;
    };
  }

  private static int octets(Question question, Answer<?> answer) {
    int sum = ENTRY_OCTETS + question.name().text().length();
    for (Object value : answer.orEmpty()) {
      sum +=
          switch (value) {
            case TxtRecord txt -> 64 + txt.text().length();
            case TlsaRecord tlsa -> 64 + tlsa.association().length;
            case InetAddress _ -> 64;
            default -> 2 * ENTRY_OCTETS; // a name or two
          };
    }
    return sum;
  }
}
