package net.facteur.auth.mtasts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.syntax.Parsed;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Policies by TXT record and HTTPS, kept as long as they say.
///
/// A policy in the cache holds until its `max_age` has passed since its fetch, whatever DNS and the
/// policy host do meanwhile; only a newer policy takes its place. Whether there is one, the TXT
/// record's `id` tells, which each look-up asks for (the resolver has its own cache). After a fetch
/// that failed the same `id` is not tried again for five minutes. [#refresh()], called now and
/// then, fetches policies again that are a day old, so that those in use do not run out.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8461#section-5.1 RFC 8461, section 5.1: Policy
///   Application Control Flow
public final class CachedPolicies implements MtaStsPolicies {
  private static final Logger LOG = LogManager.getLogger(CachedPolicies.class);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(5);
  private static final Duration REFRESH_AFTER = Duration.ofDays(1);
  private static final Duration UNUSED = Duration.ofDays(60);
  private static final int MAX_FETCHES = 32;
  private static final int MAX_REFRESHES = 4;
  private static final int MAX_FAILURES = 10_000;

  private final Resolver resolver;
  private final PolicyFetcher fetcher;
  private final PolicyStore store;
  private final Executor workers;
  private final InstantSource clock;
  private final Semaphore fetches = new Semaphore(MAX_FETCHES);
  private final AtomicBoolean refreshing = new AtomicBoolean();
  private final ConcurrentHashMap<DomainName, CompletableFuture<MtaStsLookup>> running =
      new ConcurrentHashMap<>();
  private final Cache<DomainName, FailedFetch> failures =
      Caffeine.newBuilder().maximumSize(MAX_FAILURES).executor(Runnable::run).build();

  private record FailedFetch(String id, Instant at, MtaStsLookup.Unusable failure) {}

  /// @param workers runs blocking tasks, one virtual thread each
  public CachedPolicies(
      Resolver resolver,
      PolicyFetcher fetcher,
      PolicyStore store,
      Executor workers,
      InstantSource clock) {
    this.resolver = resolver;
    this.fetcher = fetcher;
    this.store = store;
    this.workers = workers;
    this.clock = clock;
  }

  @Override
  public CompletionStage<MtaStsLookup> policyFor(DomainName domain) {
    // An address literal or a name that is no host name has no policy host.
    if (HttpsPolicyFetcher.policyHost(domain).isEmpty()) {
      return NONE.policyFor(domain);
    }
    var mine = new CompletableFuture<MtaStsLookup>();
    CompletableFuture<MtaStsLookup> other = running.putIfAbsent(domain, mine);
    if (other != null) {
      return other.copy();
    }
    try {
      workers.execute(() -> run(domain, mine));
    } catch (RejectedExecutionException _) {
      run(domain, mine); // the server stops; whoever still asks waits
    }
    return mine.copy();
  }

  private void run(DomainName domain, CompletableFuture<MtaStsLookup> mine) {
    MtaStsLookup found = new MtaStsLookup.None();
    try {
      store.used(domain, clock.instant());
      found = lookUp(domain, false);
    } catch (RuntimeException e) {
      LOG.error("mta-sts domain={} result=fault", domain, e);
      found = cached(domain).map(c -> applied(c, Optional.empty())).orElse(found);
    } finally {
      running.remove(domain);
      mine.complete(found);
    }
  }

  private Optional<CachedPolicy> cached(DomainName domain) {
    Instant now = clock.instant();
    Optional<CachedPolicy> found = store.find(domain);
    if (found.isPresent() && found.get().expired(now)) {
      store.remove(domain);
      return Optional.empty();
    }
    return found;
  }

  /// @param again also where the policy in the cache is the present one
  private MtaStsLookup lookUp(DomainName domain, boolean again) {
    Optional<CachedPolicy> cached = cached(domain);
    Optional<MtaStsRecord> published = published(domain);
    if (published.isEmpty()) {
      // RFC 8461, 3.1: the absence of a TXT record does not remove a cached policy
      return cached.map(c -> applied(c, Optional.empty())).orElse(new MtaStsLookup.None());
    }
    String id = published.get().id();
    if (!again && cached.isPresent() && cached.get().id().equals(id)) {
      return applied(cached.get(), Optional.empty());
    }
    return switch (fetch(domain, id)) {
      case PolicyFetch.Fetched(MtaStsPolicyText policy) -> {
        Instant now = clock.instant();
        var fresh =
            new CachedPolicy(domain, id, now, cached.map(CachedPolicy::used).orElse(now), policy);
        store.put(again ? fresh : fresh.usedAt(now));
        LOG.info(
            "mta-sts domain={} id={} mode={} max-age={} result=fetched",
            domain,
            id,
            policy.mode().word(),
            policy.maxAge().toSeconds());
        yield applied(fresh, Optional.empty());
      }
      case PolicyFetch.Failed(MtaStsLookup.Unusable failure) ->
          // RFC 8461, 3.3: a valid policy in the cache MUST be applied
          cached.map(c -> applied(c, Optional.of(failure))).orElse(failure);
    };
  }

  private static MtaStsLookup applied(
      CachedPolicy cached, Optional<MtaStsLookup.Unusable> refresh) {
    return cached.policy().mode() == MtaStsPolicyText.Mode.NONE
        ? new MtaStsLookup.None()
        : new MtaStsLookup.Policy(cached.policy(), refresh);
  }

  private Optional<MtaStsRecord> published(DomainName domain) {
    return MtaStsRecord.nameFor(domain)
        .map(name -> resolver.lookup(name, RecordType.TXT).orEmpty())
        .filter(records -> !records.isEmpty())
        .map(MtaStsRecord::select)
        .flatMap(Parsed::toOptional);
  }

  private PolicyFetch fetch(DomainName domain, String id) {
    FailedFetch before = failures.getIfPresent(domain);
    Instant now = clock.instant();
    // RFC 8461, 3.3: no further attempt for five minutes or longer per version ID
    if (before != null
        && before.id().equals(id)
        && now.isBefore(before.at().plus(PAUSE_AFTER_FAILURE))) {
      return new PolicyFetch.Failed(before.failure());
    }
    fetches.acquireUninterruptibly();
    try {
      PolicyFetch outcome = fetcher.fetch(domain);
      if (outcome instanceof PolicyFetch.Failed(MtaStsLookup.Unusable failure)) {
        failures.put(domain, new FailedFetch(id, clock.instant(), failure));
        warn(domain, id, failure);
      } else {
        failures.invalidate(domain);
      }
      return outcome;
    } finally {
      fetches.release();
    }
  }

  /// RFC 8461, 3.3: administrators are told, unless the policy in the cache says `none`.
  private void warn(DomainName domain, String id, MtaStsLookup.Unusable failure) {
    boolean none =
        store
            .find(domain)
            .map(cached -> cached.policy().mode() == MtaStsPolicyText.Mode.NONE)
            .orElse(false);
    LOG.log(
        none ? Level.INFO : Level.WARN,
        "mta-sts domain={} id={} result=failed cause={} reason=\"{}\"",
        domain,
        id,
        failure.cause(),
        failure.reason());
  }

  /// Fetches policies again that are a day old and in use, and forgets those that have expired.
  /// Blocks until all are done; does nothing while another call is at it.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8461#section-3.3 RFC 8461, section 3.3: HTTPS Policy
  ///   Fetching
  public void refresh() {
    if (!refreshing.compareAndSet(false, true)) {
      return;
    }
    try {
      var slots = new Semaphore(MAX_REFRESHES);
      for (CachedPolicy policy : store.all()) {
        if (cached(policy.domain()).isPresent() && due(policy)) {
          slots.acquireUninterruptibly();
          workers.execute(
              () -> {
                try {
                  lookUp(policy.domain(), true);
                } catch (RuntimeException e) {
                  LOG.error("mta-sts domain={} result=fault", policy.domain(), e);
                } finally {
                  slots.release();
                }
              });
        }
      }
      slots.acquireUninterruptibly(MAX_REFRESHES);
    } finally {
      refreshing.set(false);
    }
  }

  private boolean due(CachedPolicy policy) {
    Instant now = clock.instant();
    return !now.isBefore(policy.fetched().plus(REFRESH_AFTER))
        && now.isBefore(policy.used().plus(UNUSED));
  }
}
