package net.facteur.server.keys;

import java.time.Duration;
import java.util.ArrayList;
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
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Asks, before anything is signed, whether the records of selectors in the settings are published.
public final class PinnedCheck {
  private static final Logger LOG = LogManager.getLogger(PinnedCheck.class);

  /// A mail server must start without a network, too, and soon.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private PinnedCheck() {}

  /// What the name servers say of the selectors of some domains.
  ///
  /// @param workers runs tasks that wait
  public static Map<DomainName, Verdict> look(
      KeyWiring keeping, Set<DomainName> domains, Executor workers) {
    return look(domains, keeping.pinned()::look, workers, PATIENCE);
  }

  /// What is missing or wrong, in words; empty where nothing is. What is not known is logged.
  ///
  /// @param workers runs tasks that wait
  public static Optional<String> missing(
      KeyWiring keeping, Set<DomainName> domains, Executor workers) {
    return missing(look(keeping, domains, workers));
  }

  static Optional<String> missing(Map<DomainName, Verdict> verdicts) {
    var problems = new ArrayList<String>();
    verdicts.forEach(
        (domain, verdict) -> {
          switch (verdict) {
            case Verdict.Published(String lagging) -> {
              if (!lagging.isEmpty()) {
                warn(domain, "not at every name server: " + lagging);
              }
            }
            case Verdict.Unknown(Text why) -> warn(domain, why.in(Language.ENGLISH));
            case Verdict.Missing(Text problem, Text remedy) ->
                problems.add(problem.in(Language.ENGLISH) + "; " + remedy.in(Language.ENGLISH));
          }
        });
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", problems));
  }

  /// Asks for all at once.
  ///
  /// @param look asks the name servers of a domain, and may take long
  static Map<DomainName, Verdict> look(
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
    var verdicts = new LinkedHashMap<DomainName, Verdict>();
    asked.forEach(
        (domain, answer) -> verdicts.put(domain, verdict(answer, end - System.nanoTime())));
    return verdicts;
  }

  private static Verdict verdict(CompletableFuture<Verdict> asked, long nanos) {
    try {
      return asked.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return new Verdict.Unknown(PinnedTexts.SAY.noAnswerInTime());
    } catch (ExecutionException e) {
      return new Verdict.Unknown(Text.of(String.valueOf(e.getCause())));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Verdict.Unknown(PinnedTexts.SAY.interrupted());
    }
  }

  private static void warn(DomainName domain, String why) {
    LOG.warn("dkim pinned domain={} record=unknown reason=\"{}\"", domain, why);
  }
}
