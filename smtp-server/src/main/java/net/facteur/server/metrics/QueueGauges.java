package net.facteur.server.metrics;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import net.facteur.queue.QueueInspector.Counts;
import net.facteur.queue.QueueInspector.Summary;
import net.facteur.queue.QueueUnavailableException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What waits in the queue, for scrapes. Counting looks at each recipient that waits, so it is done
/// at most once in some seconds, and takes a twentieth of the time at most, however often somebody
/// scrapes and however long the queue is.
public final class QueueGauges {
  private static final Logger LOG = LogManager.getLogger(QueueGauges.class);
  private static final Duration LEAST = Duration.ofSeconds(5);
  private static final long SHARE = 20;
  private static final double MILLIS = 1000.0;

  /// Names of the ages, in the order of [Summary#AGES].
  private static final List<String> AGES = List.of("10m", "1h", "4h", "1d", "older");

  private final Supplier<Summary> queue;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private Optional<Summary> last = Optional.empty();
  private long next;
  private boolean counted;

  /// @param queue counts; blocks
  public QueueGauges(Supplier<Summary> queue, InstantSource clock, LongSupplier nanoTime) {
    this.queue = queue;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /// Gives the gauges of the queue their source.
  public void register(Meters meters) {
    meters.readings(
        Metric.QUEUE_RECIPIENTS, () -> look().map(QueueGauges::states).orElse(List.of()));
    meters.readings(Metric.QUEUE_AGES, () -> look().map(QueueGauges::ages).orElse(List.of()));
    meters.readings(Metric.QUEUE_OLDEST, () -> look().map(this::oldest).orElse(List.of()));
    meters.readings(
        Metric.QUEUE_DESTINATIONS,
        () -> look().map(its -> List.of(reading(its.destinations()))).orElse(List.of()));
  }

  private static List<Meters.Reading> states(Summary summary) {
    Counts total = summary.total();
    return List.of(
        reading(total.queued(), "queued"),
        reading(total.held(), "held"),
        reading(total.damaged(), "damaged"));
  }

  private static List<Meters.Reading> ages(Summary summary) {
    var out = new ArrayList<Meters.Reading>();
    for (int i = 0; i < AGES.size(); i++) {
      out.add(reading(summary.byAge().get(i), AGES.get(i)));
    }
    return out;
  }

  private List<Meters.Reading> oldest(Summary summary) {
    return List.of(
        reading(
            summary
                .oldest()
                .map(at -> Math.max(0, Duration.between(at, clock.instant()).toMillis() / MILLIS))
                .orElse(0.0)));
  }

  private static Meters.Reading reading(double value, String... labels) {
    return new Meters.Reading(value, List.of(labels));
  }

  private synchronized Optional<Summary> look() {
    long began = nanoTime.getAsLong();
    if (counted && began - next < 0) {
      return last;
    }
    try {
      last = Optional.of(queue.get());
    } catch (QueueUnavailableException e) {
      LOG.debug("the queue cannot be counted now", e);
      last = Optional.empty();
    }
    counted = true;
    long ended = nanoTime.getAsLong();
    next = ended + Math.max(LEAST.toNanos(), SHARE * (ended - began));
    return last;
  }
}
