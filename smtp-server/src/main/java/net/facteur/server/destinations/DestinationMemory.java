package net.facteur.server.destinations;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Recipient;
import net.facteur.server.providers.Provider;
import net.facteur.server.providers.Providers;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Counts attempts by provider and hour. Counting touches memory only; [#exchange()] writes, and is
/// called by a task. Safe for use by many threads.
public final class DestinationMemory {
  private static final Logger LOG = LogManager.getLogger(DestinationMemory.class);

  /// Providers that are counted apart within an hour; the rest counts as `other`.
  private static final int MOST_PROVIDERS = 500;

  /// Refusals that wait to be written; further ones are numbers only.
  private static final int MOST_WAITING = 2_000;

  /// What differs from one refusal to the next of the same kind.
  private static final Pattern DIFFERS =
      Pattern.compile("[0-9A-Za-z._+=/:-]*[0-9][0-9A-Za-z._+=/:-]*|<[^>]{0,400}>");

  private static final int REASON = 100;

  private final DestinationStore store;
  private final String node;
  private final Duration kept;
  private final InstantSource clock;
  private final Map<DestinationStore.Place, Tally> tallies = new HashMap<>();
  private Map<DestinationStore.Reason, Refused> refused = new HashMap<>();
  private long providersHour;
  private final Set<String> providers = new HashSet<>();
  private long forgotten;

  /// What one provider counted in one hour, here.
  private static final class Tally {
    private long attempts;
    private long delivered;
    private long deferred;
    private long lost;
    private final long[] delays = new long[Numbers.DELAYS.size() + 1];
    private final Map<String, Long> tls = new TreeMap<>();
    private boolean changed;

    Numbers numbers() {
      var each = new ArrayList<Long>(delays.length);
      for (long delay : delays) {
        each.add(delay);
      }
      return new Numbers(attempts, delivered, deferred, lost, each, tls);
    }
  }

  /// @param node this process, once
  /// @param kept how long hours are remembered
  public DestinationMemory(
      DestinationStore store, String node, Duration kept, InstantSource clock) {
    this.store = store;
    this.node = node;
    this.kept = kept;
    this.clock = clock;
  }

  /// How one provider did.
  public record Summary(Provider provider, Numbers numbers) {}

  /// Counts an attempt.
  ///
  /// @param outcomes of its recipients
  void count(Provider provider, DeliveryAttempt attempt, Map<Recipient, DeliveryOutcome> outcomes) {
    Instant now = clock.instant();
    Map<String, Refused> said = new HashMap<>();
    for (DeliveryOutcome outcome : outcomes.values()) {
      switch (outcome) {
        case DeliveryOutcome.Delivered _ -> {}
        case DeliveryOutcome.Deferred(var status, String reply, var remote, var _, var _) ->
            add(said, attempt, now, false, status, reply, remote.map(r -> r.name()).orElse(""));
        case DeliveryOutcome.Failed(var status, String reply, var remote) ->
            add(said, attempt, now, true, status, reply, remote.map(r -> r.name()).orElse(""));
      }
    }
    synchronized (this) {
      Tally tally = tally(provider, now);
      tally.changed = true;
      tally.attempts++;
      outcomes.values().stream()
          .flatMap(outcome -> outcome.remote().stream())
          .findFirst()
          .ifPresent(remote -> protectedBy(tally, remote.tls()));
      for (DeliveryOutcome outcome : outcomes.values()) {
        switch (outcome) {
          case DeliveryOutcome.Delivered _ -> {
            tally.delivered++;
            tally.delays[Numbers.delay(Duration.between(attempt.received(), now))]++;
          }
          case DeliveryOutcome.Deferred _ -> tally.deferred++;
          case DeliveryOutcome.Failed _ -> tally.lost++;
        }
      }
      String name = name(provider);
      said.forEach((reason, its) -> remember(new DestinationStore.Reason(name, reason), its));
    }
  }

  private void remember(DestinationStore.Reason reason, Refused its) {
    Refused before = refused.get(reason);
    if (before != null || refused.size() < MOST_WAITING) {
      refused.put(
          reason,
          before == null
              ? its
              : new Refused(
                  its.lasting(),
                  its.at(),
                  its.times() + before.times(),
                  its.message(),
                  its.host(),
                  its.status(),
                  its.reply()));
    }
  }

  private static void add(
      Map<String, Refused> said,
      DeliveryAttempt attempt,
      Instant now,
      boolean lasting,
      EnhancedStatusCode status,
      String reply,
      String host) {
    String bounded = reply.substring(0, Math.min(reply.length(), Refused.MOST));
    String same = DIFFERS.matcher(bounded).replaceAll("");
    String reason =
        (lasting ? "5 " : "4 ") + status + " " + same.substring(0, Math.min(same.length(), REASON));
    said.merge(
        reason,
        new Refused(lasting, now, 1, attempt.id().toString(), host, status, bounded),
        (before, its) ->
            new Refused(
                lasting, now, before.times() + 1, its.message(), host, status, its.reply()));
  }

  private static void protectedBy(Tally tally, String words) {
    int end = 0;
    while (end < words.length() && words.charAt(end) > ' ' && words.charAt(end) != ',') {
      end++;
    }
    String kind = words.substring(0, end).replace(':', '-');
    if (!kind.isEmpty() && kind.length() <= 20 && tally.tls.size() < Numbers.MOST_TLS) {
      tally.tls.merge(kind, 1L, Long::sum);
    }
  }

  private String name(Provider provider) {
    return providers.contains(provider.name()) ? provider.name() : Provider.OTHER.name();
  }

  private Tally tally(Provider provider, Instant now) {
    long hour = DestinationStore.hour(now);
    if (hour != providersHour) {
      providersHour = hour;
      providers.clear();
    }
    if (providers.size() < MOST_PROVIDERS) {
      providers.add(provider.name());
    }
    return tallies.computeIfAbsent(
        new DestinationStore.Place(name(provider), hour), _ -> new Tally());
  }

  /// Writes what is new, and forgets what is old. Blocks.
  public void exchange() {
    try {
      write();
      long today = DestinationStore.hour(clock.instant()) / 24;
      if (forgotten < today) {
        store.forget(clock.instant().minus(kept));
        forgotten = today;
      }
    } catch (IOException e) {
      LOG.warn("what is known of destinations cannot be written now: {}", e.getMessage());
    }
  }

  private void write() throws IOException {
    Map<DestinationStore.Place, Numbers> changed = new HashMap<>();
    Map<DestinationStore.Reason, Refused> said;
    synchronized (this) {
      long hour = DestinationStore.hour(clock.instant());
      for (Map.Entry<DestinationStore.Place, Tally> each : tallies.entrySet()) {
        if (each.getValue().changed) {
          each.getValue().changed = false;
          changed.put(each.getKey(), each.getValue().numbers());
        }
      }
      // The hour that is over and was written before is complete.
      tallies.keySet().removeIf(place -> place.hour() < hour && !changed.containsKey(place));
      said = refused;
      refused = new HashMap<>();
    }
    boolean done = false;
    try {
      store.write(node, changed, said);
      done = true;
    } finally {
      if (!done) {
        again(changed.keySet(), said);
      }
    }
  }

  private synchronized void again(
      Set<DestinationStore.Place> changed, Map<DestinationStore.Reason, Refused> said) {
    for (DestinationStore.Place place : changed) {
      Tally tally = tallies.get(place);
      if (tally != null) {
        tally.changed = true;
      }
    }
    Map<DestinationStore.Reason, Refused> later = refused;
    refused = new HashMap<>(said);
    later.forEach(this::remember);
  }

  /// How each provider did since a time, in whole hours, those with most attempts first. Reads the
  /// database; what is new is written before.
  public List<Summary> since(Instant since) throws IOException {
    write();
    return summaries(store.since(since));
  }

  /// What was read from a store, with the names of providers.
  public static List<Summary> summaries(Map<String, Numbers> read) {
    return read.entrySet().stream()
        .map(
            each ->
                new Summary(
                    Providers.shipped().recalled(each.getKey()).orElse(Provider.OTHER),
                    each.getValue()))
        .sorted(
            Comparator.comparingLong((Summary s) -> -s.numbers().attempts())
                .thenComparing(Summary::provider))
        .toList();
  }
}
