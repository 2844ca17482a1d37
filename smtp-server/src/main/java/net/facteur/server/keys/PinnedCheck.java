package net.facteur.server.keys;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.PinnedSelectors.Verdict;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Asks, before anything is signed, whether the records of selectors in the settings are published.
public final class PinnedCheck {
  private static final Logger LOG = LogManager.getLogger(PinnedCheck.class);

  /// A mail server must start without a network, too, and soon.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private PinnedCheck() {}

  /// What a name server says is missing or wrong, in words; empty where nothing is.
  ///
  /// @param workers runs tasks that wait
  public static Optional<String> missing(KeyWiring keeping, Executor workers) {
    return missing(keeping.settings().pinned().keySet(), keeping.pinned()::look, workers, PATIENCE);
  }

  /// Asks for all at once.
  ///
  /// @param look asks the name servers of a domain, and may take long
  static Optional<String> missing(
      Set<DomainName> domains,
      Function<DomainName, Verdict> look,
      Executor workers,
      Duration patience) {
    var asked = new LinkedHashMap<DomainName, CompletableFuture<Verdict>>();
    domains.stream()
        .sorted()
        .forEach(
            domain ->
                asked.put(
                    domain, CompletableFuture.supplyAsync(() -> look.apply(domain), workers)));
    long end = System.nanoTime() + patience.toNanos();
    for (Map.Entry<DomainName, CompletableFuture<Verdict>> one : asked.entrySet()) {
      switch (verdict(one.getValue(), end - System.nanoTime())) {
        case Verdict.Published(String lagging) -> {
          if (!lagging.isEmpty()) {
            warn(one.getKey(), "not at every name server: " + lagging);
          }
        }
        case Verdict.Unknown(String why) -> warn(one.getKey(), why);
        case Verdict.Missing(String problem) -> {
          return Optional.of(problem);
        }
      }
    }
    return Optional.empty();
  }

  private static Verdict verdict(CompletableFuture<Verdict> asked, long nanos) {
    try {
      return asked.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return new Verdict.Unknown("the name servers gave no answer in time");
    } catch (ExecutionException e) {
      return new Verdict.Unknown(String.valueOf(e.getCause()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Verdict.Unknown("interrupted");
    }
  }

  private static void warn(DomainName domain, String why) {
    LOG.warn("dkim pinned domain={} record=unknown reason=\"{}\"", domain, why);
  }
}
