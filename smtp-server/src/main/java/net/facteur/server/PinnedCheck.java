package net.facteur.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyKeeping;
import net.facteur.server.keys.PinnedSelectors.Verdict;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Asks, before anything is signed, whether the records of selectors in the settings are published.
final class PinnedCheck {
  private static final Logger LOG = LogManager.getLogger(PinnedCheck.class);

  /// A mail server must start without a network, too, and soon.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private PinnedCheck() {}

  /// @throws StartFailedException where a name server says that a record is missing or wrong
  static void check(KeyKeeping keeping, Executor workers) throws StartFailedException {
    check(keeping.settings().pinned().keySet(), keeping.pinned()::look, workers, PATIENCE);
  }

  /// Asks for all at once.
  ///
  /// @param look asks the name servers of a domain, and may take long
  /// @throws StartFailedException where a name server says that a record is missing or wrong
  static void check(
      Set<DomainName> domains,
      Function<DomainName, Verdict> look,
      Executor workers,
      Duration patience)
      throws StartFailedException {
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
        case Verdict.Missing(String problem) -> throw new StartFailedException(problem);
      }
    }
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
