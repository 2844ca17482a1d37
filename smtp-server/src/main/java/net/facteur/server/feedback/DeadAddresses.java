package net.facteur.server.feedback;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.bounces.DeliveryReport.Ground;
import net.facteur.server.counts.CountStore;

/// Addresses elsewhere that do not exist any more, or are full for long.
///
/// One refusal proves nothing: servers say that nobody is there when they mean something else, and
/// mend themselves. An address is dead when it was unknown twice, weeks apart, or full at both ends
/// of a month, and nothing arrived between. It is known for a time after the last refusal. Safe for
/// use by many threads; only [#exchange()] blocks.
public final class DeadAddresses {
  static final String PART = "dead-address";

  private static final int MOST = 50_000;
  private static final int SAID = 200;

  /// How long a single refusal waits for another.
  private static final Duration SUSPECTED = Duration.ofDays(120);

  private final Remembered<Entry> known;
  private final InstantSource clock;
  private volatile FeedbackSettings settings = FeedbackSettings.DEFAULTS;

  /// How an address stands.
  public sealed interface Standing {
    /// Nothing tells against it.
    enum Good implements Standing {
      GOOD
    }

    /// It was refused, and not often enough yet.
    record Suspected(Ground ground, Instant since) implements Standing {}

    /// Mail for it is wasted.
    ///
    /// @param since the first refusal
    /// @param said what was answered last
    record Dead(Ground ground, Instant since, Instant last, String said) implements Standing {}
  }

  /// @param full whether the mailbox was full; gone otherwise
  private record Entry(Ground ground, Instant first, Instant last, boolean dead, String said) {
    boolean full() {
      return ground == Ground.FULL;
    }

    String text() {
      return ground + " " + first + " " + last + " " + (dead ? "dead" : "-") + " " + said;
    }

    static Optional<Entry> parse(String text) {
      String[] words = text.split(" ", 5);
      try {
        return words.length < 5
            ? Optional.empty()
            : Optional.of(
                new Entry(
                    Ground.valueOf(words[0]),
                    Instant.parse(words[1]),
                    Instant.parse(words[2]),
                    words[3].equals("dead"),
                    words[4]));
      } catch (IllegalArgumentException | DateTimeParseException _) {
        return Optional.empty(); // of another version
      }
    }
  }

  /// A dead address, for whoever looks at all of them.
  public record Listed(String address, Standing.Dead standing) {}

  DeadAddresses(CountStore store, InstantSource clock) {
    this.known = new Remembered<>(store, PART, MOST, Entry::text, Entry::parse);
    this.clock = clock;
  }

  void use(FeedbackSettings now) {
    settings = now;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /// A server refused an address.
  ///
  /// @param said what it answered
  void refused(String address, Ground ground, String said) {
    if (!counts(ground)) {
      return;
    }
    Instant now = now();
    known.change(Ascii.lower(address), before -> Optional.of(after(before, ground, said, now)));
  }

  /// Policy and content say nothing of an address.
  static boolean counts(Ground ground) {
    return ground.lasting() || ground == Ground.DISABLED || ground == Ground.FULL;
  }

  private Entry after(Optional<Entry> before, Ground ground, String said, Instant now) {
    boolean full = ground == Ground.FULL;
    String words = words(said);
    Optional<Entry> going =
        before
            .filter(entry -> entry.dead() || entry.full() == full)
            .filter(entry -> entry.dead() || now.isBefore(entry.last().plus(SUSPECTED)));
    if (going.isEmpty()) {
      return new Entry(ground, now, now, false, words);
    }
    Entry entry = going.get();
    Duration apart = full ? settings.fullAfter() : settings.deadAfter();
    boolean dead = entry.dead() || !now.isBefore(entry.first().plus(apart));
    return new Entry(ground, entry.first(), now, dead, words);
  }

  static String words(String said) {
    // Strangers write it, and PostgreSQL keeps no NUL.
    String line = said.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    return line.substring(0, Math.min(line.length(), SAID));
  }

  /// Mail arrived.
  void arrived(String address) {
    String key = Ascii.lower(address);
    if (known.get(key).isPresent()) {
      known.change(key, _ -> Optional.empty());
    }
  }

  /// How an address stands. Answers from memory.
  ///
  /// @param address without brackets
  public Standing standing(String address) {
    return known.get(Ascii.lower(address)).map(this::standing).orElse(Standing.Good.GOOD);
  }

  private Standing standing(Entry entry) {
    if (!fresh(entry)) {
      return Standing.Good.GOOD;
    }
    return entry.dead()
        ? new Standing.Dead(entry.ground(), entry.first(), entry.last(), entry.said())
        : new Standing.Suspected(entry.ground(), entry.first());
  }

  private boolean fresh(Entry entry) {
    return now().isBefore(entry.last().plus(entry.dead() ? settings.deadKept() : SUSPECTED));
  }

  /// All that are dead, sorted.
  public List<Listed> list() {
    return known.all().entrySet().stream()
        .filter(entry -> standing(entry.getValue()) instanceof Standing.Dead)
        .map(
            entry -> {
              Entry its = entry.getValue();
              return new Listed(
                  entry.getKey(),
                  new Standing.Dead(its.ground(), its.first(), its.last(), its.said()));
            })
        .sorted(java.util.Comparator.comparing(Listed::address))
        .toList();
  }

  /// Knows nothing of an address any more, or of all addresses of a domain.
  ///
  /// @param what an address, or `@domain`
  /// @return how many were forgotten
  public int forget(String what) {
    String key = Ascii.lower(what);
    return key.startsWith("@")
        ? known.forget(entry -> entry.getKey().endsWith(key))
        : known.forget(entry -> entry.getKey().equals(key));
  }

  /// Writes what is new, and forgets what is old. Blocks.
  void exchange() throws IOException {
    known.exchange();
    known.forget((Map.Entry<String, Entry> entry) -> !fresh(entry.getValue()));
  }
}
