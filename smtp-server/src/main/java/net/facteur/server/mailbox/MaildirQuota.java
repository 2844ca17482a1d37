package net.facteur.server.mailbox;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Counts our own Maildirs: what was delivered is added at once, and what other programs did is
/// seen by counting again, at most every [#FRESH], and then only directories that have changed.
///
/// One message may go beyond the limit; after it the mailbox is full.
public final class MaildirQuota implements MailboxQuota {
  private static final Logger LOG = LogManager.getLogger(MaildirQuota.class);

  /// How long a count holds.
  static final Duration FRESH = Duration.ofSeconds(10);

  private static final int REMEMBERED = 20_000;
  private static final int MOST_WARNINGS = 10_000;
  private static final List<Integer> LEVELS = List.of(95, 80);

  private final MaildirPath paths;
  private final Duration grace;
  private final Function<String, Optional<Long>> limits;
  private final QuotaNotes notes;
  private final InstantSource clock;
  private final Executor workers;
  private final Cache<String, Usage> known =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();
  private final Map<String, Warning> warnings = new LinkedHashMap<>();

  /// Whose warnings were not mailed before the server started or read its settings again.
  private final List<String> left;

  /// A user who has to be told.
  ///
  /// @param percent the level that was crossed: 80 or 95
  /// @param limit octets
  public record Warning(String user, int percent, long used, long limit) {}

  /// What is known of one mailbox.
  private static final class Usage {
    private final MaildirSize size;
    private Instant counted = Instant.MIN;
    private long octets;

    private Usage(Path maildir) {
      size = new MaildirSize(maildir);
    }
  }

  /// @param limits octets that the mailbox of a user may hold; empty for no limit. Asked from
  ///   memory
  /// @param file keeps since when mailboxes are full
  /// @param workers may block
  public MaildirQuota(
      MailboxSettings settings,
      Function<String, Optional<Long>> limits,
      Path file,
      InstantSource clock,
      Executor workers) {
    this.paths = new MaildirPath(settings.base());
    this.grace = settings.grace();
    this.limits = limits;
    this.notes = new QuotaNotes(file);
    this.left = new ArrayList<>(notes.due());
    this.clock = clock;
    this.workers = workers;
  }

  @Override
  public CompletionStage<Verdict> ask(String user) {
    Optional<Long> limit = limits.apply(user);
    if (limit.isEmpty()) {
      return CompletableFuture.completedStage(Verdict.ROOM);
    }
    return CompletableFuture.supplyAsync(() -> verdict(user, limit.get()), workers)
        .exceptionally(
            e -> {
              LOG.error("the mailbox of {} cannot be counted", user, e);
              return Verdict.ROOM;
            });
  }

  @Override
  public boolean full(String user) {
    Optional<Long> limit = limits.apply(user);
    return limit.isPresent() && verdict(user, limit.get()) != Verdict.ROOM;
  }

  private Verdict verdict(String user, long limit) {
    Optional<Long> used = used(user, 0);
    if (used.isEmpty()) {
      return Verdict.ROOM;
    }
    Instant now = clock.instant();
    Optional<Instant> since = noted(user, used.get(), limit, now);
    if (since.isEmpty()) {
      return Verdict.ROOM;
    }
    return now.isBefore(since.get().plus(grace)) ? Verdict.FULL : Verdict.LONG_FULL;
  }

  @Override
  public void added(String user, long octets) {
    limits
        .apply(user)
        .ifPresent(
            limit ->
                used(user, octets).ifPresent(used -> noted(user, used, limit, clock.instant())));
  }

  /// @param more octets that were just delivered
  /// @return empty where nobody can say
  private Optional<Long> used(String user, long more) {
    Optional<Path> path = paths.of(user);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Usage usage = known.get(user, _ -> new Usage(path.get()));
    synchronized (usage) {
      Instant now = clock.instant();
      try {
        boolean stale = now.isBefore(usage.counted) || !now.isBefore(until(usage.counted));
        if (stale) {
          usage.octets = usage.size.count(now);
          usage.counted = now;
        } else {
          usage.octets += more;
        }
        return Optional.of(usage.octets);
      } catch (IOException e) {
        LOG.warn("mailbox user={} cannot be counted: {}", user, e.toString());
        return Optional.empty();
      }
    }
  }

  private static Instant until(Instant counted) {
    return counted.equals(Instant.MIN) ? counted : counted.plus(FRESH);
  }

  /// Notes what the count means: since when it is full, and whether the user has to be told. A
  /// warning comes once, and again only if the mailbox was below 80 % in between.
  ///
  /// @return since when it is full
  private synchronized Optional<Instant> noted(String user, long used, long limit, Instant now) {
    QuotaNotes.Note before = notes.of(user);
    int level =
        LEVELS.stream().filter(percent -> used >= limit / 100.0 * percent).findFirst().orElse(0);
    Optional<Instant> full =
        used < limit ? Optional.empty() : Optional.of(before.full().orElse(now));
    int warned = level == 0 ? 0 : before.warned();
    int due = level > warned ? level : 0;
    if (due == 0) {
      warnings.remove(user);
    } else if (warnings.size() < MOST_WARNINGS || warnings.containsKey(user)) {
      warnings.put(user, new Warning(user, due, used, limit));
    }
    notes.put(user, new QuotaNotes.Note(full, warned, due));
    return full;
  }

  /// True where somebody has to be told.
  public synchronized boolean warns() {
    return !warnings.isEmpty() || !left.isEmpty();
  }

  /// Those who have to be told, until [#told]. May block.
  public List<Warning> warnings() {
    for (String user : takeLeft()) {
      Optional<Long> limit = limits.apply(user);
      Optional<Long> used = limit.isPresent() ? used(user, 0) : Optional.empty();
      if (used.isPresent()) {
        noted(user, used.get(), limit.get(), clock.instant());
      }
    }
    synchronized (this) {
      return List.copyOf(warnings.values());
    }
  }

  private synchronized List<String> takeLeft() {
    List<String> all = List.copyOf(left);
    left.clear();
    return all;
  }

  /// The user was told.
  public synchronized void told(Warning warning) {
    String user = warning.user();
    QuotaNotes.Note note = notes.of(user);
    int due = note.due() > warning.percent() ? note.due() : 0;
    notes.put(user, new QuotaNotes.Note(note.full(), warning.percent(), due));
    if (due == 0) {
      warnings.remove(user);
    }
  }
}
