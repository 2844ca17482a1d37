package net.facteur.server.destinations;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.Pace;
import net.facteur.queue.Recipient;
import net.facteur.server.counts.CountStore;
import net.facteur.server.delivery.Journey;
import net.facteur.server.delivery.Way;
import net.facteur.server.explanations.About;
import net.facteur.server.explanations.Cause;
import net.facteur.server.explanations.Explained;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.providers.DomainProviders;
import net.facteur.server.providers.Provider;
import net.facteur.server.providers.Providers;
import net.facteur.server.routing.NextHop;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What a running server knows of the providers that take its mail: who takes it, how it fares, and
/// how fast it may go. It outlives the settings. Safe for use by many threads.
public final class Destinations implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(Destinations.class);

  /// Names what is slowed among the texts that are counted.
  private static final String PACE = "destination-pace";

  /// How often the day of a new address is summed up.
  private static final Duration SUMMED = Duration.ofMinutes(1);

  /// Domains whose mail goes by a host of ours now.
  private static final int MOST_DETOURS = 10_000;

  private final Providers table = Providers.shipped();

  /// Which host takes it, for these domains.
  private final Cache<String, Provider> detours =
      Caffeine.newBuilder().maximumSize(MOST_DETOURS).executor(Runnable::run).build();

  private final DomainProviders domains;
  private final DestinationStore store;
  private final DestinationMemory memory;
  private final Rhythm rhythm;
  private final CountStore counts;
  private final InstantSource clock;
  private boolean recalled;
  private Map<String, String> written = new HashMap<>();
  private Instant summed = Instant.MIN;

  /// @param node this process, once
  public Destinations(
      DestinationsSettings settings,
      DestinationStore store,
      CountStore counts,
      String node,
      InstantSource clock) {
    this.domains = new DomainProviders(table, counts, clock);
    this.store = store;
    this.memory = new DestinationMemory(store, node, settings.kept(), clock);
    this.rhythm = new Rhythm(this::provider, settings.most(), settings.warmUp());
    this.counts = counts;
    this.clock = clock;
  }

  /// Which provider takes the mail of a domain.
  public DomainProviders domains() {
    return domains;
  }

  public DestinationMemory memory() {
    return memory;
  }

  /// How fast mail may go.
  public Pace pace() {
    return rhythm;
  }

  /// How providers did since a moment. Blocks.
  public List<DestinationMemory.Summary> summaries(Instant since) throws IOException {
    return DestinationMemory.summaries(store.since(since));
  }

  /// Who has less than might be.
  public List<Rhythm.Slowed> slowed() {
    return rhythm.slowed();
  }

  /// Whose a destination is, before an attempt; empty where nobody knows, or where it is a way of
  /// our own.
  private Optional<Provider> provider(Destination destination) {
    return switch (NextHop.parse(destination)) {
      case Parsed.Ok<NextHop>(NextHop.Mx mx) -> {
        String domain = mx.domain().text();
        Provider carrying = detours.getIfPresent(domain);
        yield carrying != null ? Optional.of(carrying) : domains.of(domain);
      }
      case Parsed.Ok<NextHop> _, Parsed.Malformed<NextHop> _ -> Optional.empty();
    };
  }

  /// Whose the host is that an attempt met by one way; empty where it stayed here.
  private Optional<Provider> provider(
      Way way, Destination destination, Map<Recipient, DeliveryOutcome> outcomes) {
    Optional<NextHop> hop = NextHop.parse(destination).toOptional().filter(NextHop::foreign);
    return switch (way) {
      case Way.Lmtp _ -> Optional.empty();
      case Way.Host host -> hop.map(its -> detour(its, table.smarthost(host.host().host())));
      case Way.AsQueued _ -> hop.map(its -> met(its, outcomes));
      case Way.Exchangers _ ->
          hop.map(
              its ->
                  its instanceof NextHop.Relay
                      ? table.of(host(outcomes).orElse(""))
                      : met(its, outcomes));
    };
  }

  /// Mail for a domain goes by a host of ours: its mail exchangers have no say in how fast.
  private Provider detour(NextHop hop, Provider carrying) {
    if (hop instanceof NextHop.Mx mx) {
      detours.put(mx.domain().text(), carrying);
    }
    return carrying;
  }

  private static Optional<String> host(Map<Recipient, DeliveryOutcome> outcomes) {
    return outcomes.values().stream()
        .flatMap(outcome -> outcome.remote().stream())
        .map(DeliveryOutcome.RemoteHost::name)
        .findFirst();
  }

  private Provider met(NextHop hop, Map<Recipient, DeliveryOutcome> outcomes) {
    Optional<String> host = host(outcomes);
    return switch (hop) {
      case NextHop.Mx mx -> {
        String domain = mx.domain().text();
        detours.invalidate(domain);
        yield host.isPresent()
            ? domains.met(domain, host.get())
            : domains.of(domain).orElseGet(() -> table.of(domain));
      }
      case NextHop.Relay relay -> table.smarthost(relay.host());
      case NextHop.Literal _,
          NextHop.Maildir _,
          NextHop.Junk _,
          NextHop.LmtpSocket _,
          NextHop.LmtpHost _,
          NextHop.LmtpJunk _,
          NextHop.Nowhere _,
          NextHop.ToList _,
          NextHop.ToMembers _,
          NextHop.Discard _,
          NextHop.Refused _ ->
          table.of(host.orElse(""));
    };
  }

  /// Watches the carrier of each way.
  public UnaryOperator<Journey.Carrier> counting(Explanations explanations) {
    return carrier -> new DestinationFeedback(carrier, this, explanations, clock);
  }

  /// One way of an attempt is over. Nothing that is wrong here may keep mail from what became of
  /// it.
  ///
  /// @param attempt for the recipients that went by this way
  /// @param began when that did
  void ended(
      Way way,
      DeliveryAttempt attempt,
      Instant began,
      Map<Recipient, DeliveryOutcome> outcomes,
      Explanations explanations) {
    try {
      Map<Recipient, DeliveryOutcome> told = outcomes;
      if (outcomes.values().stream().anyMatch(Journey::leadsBack)) {
        told = new HashMap<>(outcomes);
        told.values().removeIf(Journey::leadsBack);
        if (told.isEmpty()) {
          return; // no way at all
        }
      }
      Map<Recipient, DeliveryOutcome> its = told;
      provider(way, attempt.destination(), its)
          .ifPresent(provider -> ended(provider, attempt, began, its, explanations));
    } catch (RuntimeException e) {
      LOG.error("counting id={}", attempt.id(), e);
    }
  }

  private void ended(
      Provider provider,
      DeliveryAttempt attempt,
      Instant began,
      Map<Recipient, DeliveryOutcome> outcomes,
      Explanations explanations) {
    memory.count(provider, attempt, outcomes);
    boolean taken = false;
    boolean less = false;
    for (DeliveryOutcome outcome : outcomes.values()) {
      switch (outcome) {
        case DeliveryOutcome.Delivered _ -> taken = true;
        case DeliveryOutcome.Deferred _, DeliveryOutcome.Failed _ ->
            less |= wantsLess(provider, outcome, explanations);
      }
    }
    if (less) {
      rhythm.less(provider, began, clock.instant());
    } else if (taken) {
      rhythm.taken(provider, clock.instant(), 1);
      detoured(provider, attempt.destination())
          .ifPresent(slowed -> rhythm.taken(slowed, clock.instant(), 0));
    }
  }

  /// Whose mail a host of ours took: what waits for its pace may go faster, since it goes by that
  /// host.
  private Optional<Provider> detoured(Provider carrying, Destination destination) {
    return NextHop.parse(destination) instanceof Parsed.Ok<NextHop>(NextHop.Mx mx)
            && carrying.equals(detours.getIfPresent(mx.domain().text()))
        ? domains.of(mx.domain().text())
        : Optional.empty();
  }

  /// True where the provider wants less mail from us: it says so, or it has blocked us.
  private static boolean wantsLess(
      Provider provider, DeliveryOutcome outcome, Explanations explanations) {
    if (!Explanations.isSaidBy(outcome)) {
      return false;
    }
    Explained explained = explanations.of(Optional.of(provider), outcome.status(), outcome.reply());
    return explained.about() == About.RATE
        || (explained.about() == About.US && explained.cause() == Cause.BLOCKED);
  }

  /// Writes what is new, and reads at the first time what was known before. Blocks.
  public synchronized void exchange() {
    memory.exchange();
    try {
      domains.exchange();
      if (!recalled) {
        recall();
        recalled = true;
      }
      Instant now = clock.instant();
      if (rhythm.warmsUp(now) && !summed.plus(SUMMED).isAfter(now)) {
        rhythm.sentToday(store.since(WarmUp.begin(now)), now);
        summed = now;
      }
      writePace();
    } catch (IOException e) {
      LOG.warn("what is known of providers cannot be written now: {}", e.getMessage());
    }
  }

  private void recall() throws IOException {
    slowed(counts).forEach(rhythm::recall);
    written = new HashMap<>(counts.texts(PACE));
  }

  private void writePace() throws IOException {
    Map<String, String> present = new HashMap<>();
    for (Rhythm.Slowed its : rhythm.slowed()) {
      present.put(its.provider(), text(its));
    }
    Map<String, String> changed = new HashMap<>(present);
    changed.entrySet().removeAll(written.entrySet());
    counts.putAll(PACE, changed);
    Set<String> gone = new HashSet<>(written.keySet());
    gone.removeAll(present.keySet());
    for (String provider : gone) {
      counts.remove(PACE, provider);
    }
    written = present;
  }

  private static String text(Rhythm.Slowed its) {
    return its.since().toEpochMilli()
        + " "
        + its.attempts()
        + " "
        + its.interval().toMillis()
        + " "
        + its.next().toEpochMilli();
  }

  /// Who has less than might be, as a server wrote it down last.
  public static List<Rhythm.Slowed> slowed(CountStore counts) throws IOException {
    return counts.texts(PACE).entrySet().stream()
        .flatMap(each -> slowed(each.getKey(), each.getValue()).stream())
        .toList();
  }

  private static Optional<Rhythm.Slowed> slowed(String provider, String text) {
    String[] parts = text.split(" ", -1);
    if (parts.length != 4 || !text.matches("[0-9 ]{7,80}") || text.contains("  ")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Rhythm.Slowed(
              provider,
              Instant.ofEpochMilli(Long.parseLong(parts[0])),
              Integer.parseInt(parts[1]),
              Duration.ofMillis(Long.parseLong(parts[2])),
              Instant.ofEpochMilli(Long.parseLong(parts[3]))));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    exchange();
    store.close();
  }
}
