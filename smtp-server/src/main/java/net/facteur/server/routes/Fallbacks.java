package net.facteur.server.routes;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import net.facteur.server.counts.CountStore;
import net.facteur.server.routes.Standing.Away;
import net.facteur.server.routes.Standing.Open;
import net.facteur.server.routes.Standing.Reason;
import net.facteur.server.routes.Standing.Troubled;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// How the first way to each provider is, for this process and all that share the store. Safe for
/// use by many threads. What cannot be written is kept in memory and written with the next change:
/// mail does not wait for it.
public final class Fallbacks {
  /// Names this among what is counted.
  static final String PART = "fallback";

  private static final Logger LOG = LogManager.getLogger(Fallbacks.class);

  /// Providers that are remembered; troubles of further ones are not.
  private static final int MOST = 10_000;

  /// A trouble that is older says nothing of the way now: no queued message has seen it.
  private static final Duration FORGOTTEN = Duration.ofDays(7);

  /// A fallback that no message has tried to end for so long is over.
  private static final Duration UNUSED = Duration.ofDays(60);

  /// Nobody else tries the first way while one message does.
  static final Duration TRYING = Duration.ofMinutes(30);

  /// The longest pause between two messages that try the first way.
  static final Duration LONGEST_PAUSE = Duration.ofDays(7);

  private final CountStore store;
  private final InstantSource clock;
  private final Map<Target, Standing> standings = new HashMap<>();

  /// What the store lacks.
  private final Map<Target, Standing> unwritten = new HashMap<>();

  private boolean read;

  public Fallbacks(CountStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /// How the first way to a provider is.
  public synchronized Standing of(Target target) {
    return standings.getOrDefault(target, new Open());
  }

  /// All that is known against first ways.
  public synchronized SortedMap<Target, Standing> all() {
    return new TreeMap<>(standings);
  }

  /// Lets one message try the first way, if it is time.
  ///
  /// @return true for whoever may
  synchronized boolean mayTry(Target target) {
    Instant now = clock.instant();
    if (!(of(target) instanceof Away away)
        || away.reason() == Reason.HAND
        || (now.isBefore(away.probe()) && !isBack(away, now))) {
      return false;
    }
    put(target, withProbe(away, now.plus(TRYING), away.probes()));
    return true;
  }

  /// The message that tried got no answer that says how the first way is; another may try soon.
  synchronized void undecided(Target target, Duration soon) {
    if (of(target) instanceof Away away && away.reason() != Reason.HAND) {
      put(target, withProbe(away, clock.instant().plus(soon), away.probes()));
    }
  }

  /// The first way is still closed: the next message tries it after twice the pause.
  synchronized void stillClosed(Target target, Duration pause, String said) {
    if (of(target) instanceof Away away && away.reason() != Reason.HAND) {
      int probes = Math.min(away.probes() + 1, 30);
      Duration next = pause;
      for (int i = 0; i < probes && next.compareTo(LONGEST_PAUSE) < 0; i++) {
        next = next.multipliedBy(2);
      }
      Duration longest = pause.compareTo(LONGEST_PAUSE) > 0 ? pause : LONGEST_PAUSE;
      Instant at = clock.instant().plus(next.compareTo(longest) > 0 ? longest : next);
      put(target, new Away(away.reason(), away.way(), away.since(), at, probes, said));
      LOG.info(
          "fallback provider={} route={} probe=failed next={}",
          target.provider(),
          target.route(),
          at);
    }
  }

  /// The clock was ahead when the fallback began, or when a message tried last. Whoever tries next
  /// puts the time of the next one right.
  private static boolean isBack(Away away, Instant now) {
    return now.isBefore(away.since()) && away.probe().isAfter(now.plus(TRYING));
  }

  private static Away withProbe(Away away, Instant probe, int probes) {
    return new Away(away.reason(), away.way(), away.since(), probe, probes, away.said());
  }

  /// Nothing got through.
  ///
  /// @return since when that has been so
  synchronized Instant troubled(Target target, String said) {
    Instant now = clock.instant();
    return switch (of(target)) {
      // One that begins later than now was seen by a clock that was wrong.
      case Troubled(Instant since, String _)
          when !now.isBefore(since) && now.isBefore(since.plus(FORGOTTEN)) ->
          since;
      case Away away -> away.since();
      case Troubled _, Open _ -> {
        if (standings.size() < MOST) {
          put(target, new Troubled(now, said));
        }
        yield now;
      }
    };
  }

  /// Something got through, or was refused for a reason of its own.
  synchronized void wentThrough(Target target) {
    if (of(target) instanceof Troubled) {
      put(target, new Open());
    }
  }

  /// Mail goes by the second way from now on.
  ///
  /// @return false if it did already
  synchronized boolean begin(
      Target target, String way, Reason reason, Duration pause, String said) {
    Instant now = clock.instant();
    if (of(target) instanceof Away away
        && (reason != Reason.HAND || away.reason() == Reason.HAND)) {
      return false;
    }
    put(target, new Away(reason, way, now, now.plus(pause), 0, said));
    LOG.warn(
        "fallback provider={} route={} way={} reason={} said=\"{}\"",
        target.provider(),
        target.route(),
        way,
        reason.word(),
        said);
    return true;
  }

  /// Mail goes by the first way again.
  ///
  /// @return how it was; empty if there was no fallback
  synchronized Optional<Away> end(Target target) {
    if (!(of(target) instanceof Away away)) {
      return Optional.empty();
    }
    put(target, new Open());
    LOG.warn("fallback provider={} route={} ended", target.provider(), target.route());
    return Optional.of(away);
  }

  private void put(Target target, Standing standing) {
    keep(target, standing);
    unwritten.put(target, standing);
    write();
  }

  private void keep(Target target, Standing standing) {
    if (standing instanceof Open) {
      standings.remove(target);
    } else {
      standings.put(target, standing);
    }
  }

  private void write() {
    for (Target target : unwritten.keySet().stream().sorted().toList()) {
      Standing standing = unwritten.getOrDefault(target, new Open());
      try {
        Optional<String> text = standing.text();
        if (text.isPresent()) {
          store.put(PART, target.text(), text.get());
        } else {
          store.remove(PART, target.text());
        }
      } catch (IOException e) {
        LOG.error("fallbacks cannot be written now: {}", e.getMessage());
        return;
      }
      unwritten.remove(target);
    }
  }

  /// Reads what was written before this process began, and what others write. Blocks.
  public synchronized void exchange() {
    write();
    if (read && !store.shared()) {
      forget(clock.instant());
      return;
    }
    try {
      Map<String, String> texts = store.texts(PART);
      standings.keySet().retainAll(unwritten.keySet());
      texts.forEach(
          (key, text) ->
              Target.parse(key)
                  .filter(target -> !unwritten.containsKey(target))
                  .ifPresent(
                      target ->
                          Standing.parse(text).ifPresent(standing -> keep(target, standing))));
      read = true;
    } catch (IOException e) {
      LOG.error("fallbacks cannot be read now: {}", e.getMessage());
    }
    forget(clock.instant());
  }

  private void forget(Instant now) {
    for (Map.Entry<Target, Standing> each : List.copyOf(standings.entrySet())) {
      boolean old =
          switch (each.getValue()) {
            case Troubled(Instant since, String _) -> !now.isBefore(since.plus(FORGOTTEN));
            case Away away ->
                away.reason() != Reason.HAND && !now.isBefore(away.probe().plus(UNUSED));
            case Open _ -> true;
          };
      if (old) {
        put(each.getKey(), new Open());
      }
    }
  }
}
