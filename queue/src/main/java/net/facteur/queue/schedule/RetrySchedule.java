package net.facteur.queue.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.store.Ages;

/// When a recipient is tried again, told of, and given up.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.5.4.1 RFC 5321, section 4.5.4.1: Sending
///   Strategy
public final class RetrySchedule {
  private static final double JITTER = 0.15;

  private final QueueSettings.Retry settings;

  public RetrySchedule(QueueSettings.Retry settings) {
    this.settings = settings;
  }

  /// When to try next after a deferral: twice the wait each time between the bounds, give or take
  /// 15 %, but not before `earliest`, and not after the moment to give up or to tell of the delay.
  ///
  /// @param received when the message was accepted
  /// @param attempts made so far, at least 1
  /// @param now when the last one ended
  /// @param earliest what the next hop asked for, zero where nothing
  /// @param delayReported the sender knows of the delay, so no attempt is wanted for its sake
  public Instant next(
      Instant received,
      int attempts,
      Instant now,
      Duration earliest,
      boolean delayReported,
      RandomGenerator random) {
    Duration wait = settings.minimum();
    for (int i = 1; i < attempts && wait.compareTo(settings.maximum()) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    wait = shorter(wait, settings.maximum());
    double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
    wait = Duration.ofMillis(Math.max(1000, (long) (wait.toMillis() * factor)));
    if (earliest.compareTo(wait) > 0) {
      wait = shorter(earliest, settings.maximum());
    }
    Instant next = now.plus(wait);
    Instant report = received.plus(settings.delayReport());
    if (!delayReported && tellsDelays() && report.isAfter(now) && next.isAfter(report)) {
      next = report;
    }
    Instant end = giveUpAt(received);
    return next.isAfter(end) && end.isAfter(now) ? end : next;
  }

  /// How long a destination rests after it was down `times` times in a row, at least 1.
  public Duration rest(int times, RandomGenerator random) {
    Duration rest = settings.downMinimum();
    for (int i = 1; i < times && rest.compareTo(settings.downMaximum()) < 0; i++) {
      rest = rest.multipliedBy(2);
    }
    rest = shorter(rest, settings.downMaximum());
    return rest.plusMillis((long) (rest.toMillis() * JITTER * random.nextDouble()));
  }

  /// When a message's life ends: a deferral then, or later, is a failure.
  public Instant giveUpAt(Instant received) {
    return received.plus(settings.life());
  }

  public boolean expired(Instant received, Instant now) {
    return !now.isBefore(giveUpAt(received));
  }

  /// True where a sender who was not told yet is to be told of the delay.
  public boolean delayed(Instant received, Instant now) {
    return tellsDelays() && !now.isBefore(received.plus(settings.delayReport()));
  }

  /// When the next sender has to hear of what is queued, tried or not.
  ///
  /// @param oldest what waits, by age
  public Instant nextNews(Ages oldest) {
    Instant end = oldest.all().map(this::giveUpAt).orElse(Instant.MAX);
    Instant delay =
        oldest
            .untold()
            .filter(_ -> tellsDelays())
            .map(received -> received.plus(settings.delayReport()))
            .orElse(Instant.MAX);
    return end.isBefore(delay) ? end : delay;
  }

  /// The ages at which a sender has to hear of a message now.
  public Ages newsworthy(Instant now) {
    return new Ages(
        tellsDelays() ? Optional.of(now.minus(settings.delayReport())) : Optional.empty(),
        Optional.of(now.minus(settings.life())));
  }

  private boolean tellsDelays() {
    return settings.delayReport().compareTo(settings.life()) < 0;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
