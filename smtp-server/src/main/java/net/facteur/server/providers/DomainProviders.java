package net.facteur.server.providers;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.counts.CountStore;

/// Which provider takes the mail of a domain, as it was met at the last delivery. In memory, and
/// written behind. Safe for use by many threads; only [#exchange()] blocks.
public final class DomainProviders {
  /// Names this among what is counted.
  static final String PART = "domain-provider";

  /// Domains that are remembered; further ones are not, until others were not met for long.
  private static final int MOST = 20_000;

  /// How long a domain is remembered after it was met last.
  private static final Duration KEPT = Duration.ofDays(30);

  private final Providers table;
  private final CountStore store;
  private final InstantSource clock;
  private final Map<String, Met> met = new ConcurrentHashMap<>();

  /// Beside the map, since its size is not cheap to ask.
  private final AtomicInteger size = new AtomicInteger();

  private final Set<String> unwritten = ConcurrentHashMap.newKeySet();
  private boolean read;
  private long cleaned;

  /// @param day in days since 1970
  private record Met(Provider provider, long day) {
    String text() {
      return provider.name() + " " + day;
    }

    static Optional<Met> parse(Providers table, String text) {
      String[] words = text.split(" ", -1);
      if (words.length != 2 || !words[1].matches("[0-9]{1,9}")) {
        return Optional.empty();
      }
      return table.recalled(words[0]).map(provider -> new Met(provider, Long.parseLong(words[1])));
    }
  }

  public DomainProviders(Providers table, CountStore store, InstantSource clock) {
    this.table = table;
    this.store = store;
    this.clock = clock;
    this.cleaned = today();
  }

  private long today() {
    return Math.floorDiv(clock.instant().getEpochSecond(), Duration.ofDays(1).toSeconds());
  }

  /// The table of big providers.
  public Providers table() {
    return table;
  }

  /// Who takes the mail of a domain: whom we met there last, else whom the table knows; empty where
  /// nobody knows before the first attempt.
  public Optional<Provider> of(String domain) {
    String name = Ascii.lower(domain);
    Met its = met.get(name);
    return its != null ? Optional.of(its.provider()) : table.ofDomain(name);
  }

  /// A host took, or refused, mail for a domain.
  ///
  /// @param host its name, as the MX record has it
  /// @return whose it is
  public Provider met(String domain, String host) {
    Provider provider = table.of(host);
    String name = Ascii.lower(domain);
    long today = today();
    Met before = met.get(name);
    if (before != null && before.day() == today && before.provider().equals(provider)) {
      return provider;
    }
    if (before != null || size.get() < MOST) {
      if (met.put(name, new Met(provider, today)) == null) {
        size.incrementAndGet();
      }
      unwritten.add(name);
    }
    return provider;
  }

  /// Writes what is new, and reads at the first time, and from time to time where others write,
  /// too. Blocks.
  ///
  /// @throws IOException where that is not possible now; what is new is written another time
  public synchronized void exchange() throws IOException {
    List<String> names = List.copyOf(unwritten);
    var texts = new HashMap<String, String>();
    for (String name : names) {
      unwritten.remove(name);
      Met its = met.get(name);
      if (its != null) {
        texts.put(name, its.text());
      }
    }
    try {
      store.putAll(PART, texts);
    } catch (IOException e) {
      unwritten.addAll(names);
      throw e;
    }
    if (!read) {
      recall();
      read = true;
    }
    long today = today();
    if (cleaned < today) {
      clean(today - KEPT.toDays());
      if (store.shared()) {
        recall();
      }
      cleaned = today;
    }
  }

  private void recall() throws IOException {
    long first = today() - KEPT.toDays();
    store.texts(PART).entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
        .forEach(
            entry ->
                Met.parse(table, entry.getValue())
                    .filter(its -> its.day() >= first && size.get() < MOST)
                    .ifPresent(
                        its -> {
                          if (met.putIfAbsent(entry.getKey(), its) == null) {
                            size.incrementAndGet();
                          }
                        }));
  }

  private void clean(long first) throws IOException {
    met.values().removeIf(its -> its.day() < first);
    size.set(met.size());
    for (Map.Entry<String, String> entry : store.texts(PART).entrySet()) {
      if (Met.parse(table, entry.getValue()).map(its -> its.day() < first).orElse(true)) {
        store.remove(PART, entry.getKey());
      }
    }
  }
}
