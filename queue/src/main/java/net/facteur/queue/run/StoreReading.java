package net.facteur.queue.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.schedule.DeliverySchedule.Reading;
import net.facteur.queue.schedule.RetrySchedule;
import net.facteur.queue.store.Ages;
import net.facteur.queue.store.DueDestination;
import net.facteur.queue.store.DuePage;
import net.facteur.queue.store.QueueStore;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Reads for the schedule: which destinations there are, what is due, what gets old.
final class StoreReading {
  private static final Logger LOG = LogManager.getLogger(QueueRunner.class);
  private static final int DESTINATIONS_A_PAGE = 1000;
  private static final Duration READ_AGAIN = Duration.ofSeconds(5);

  private final QueueStore store;
  private final Dispatch dispatch;
  private final Attempts attempts;
  private final Orders orders;
  private final Workers workers;
  private final RetrySchedule retry;
  private final InstantSource clock;

  StoreReading(
      QueueSettings settings,
      QueueStore store,
      Dispatch dispatch,
      Attempts attempts,
      Orders orders,
      Workers workers,
      InstantSource clock) {
    this.store = store;
    this.dispatch = dispatch;
    this.attempts = attempts;
    this.orders = orders;
    this.workers = workers;
    this.retry = new RetrySchedule(settings.retry());
    this.clock = clock;
  }

  /// Finds out for whom mail is queued, and what operators ordered; where others share the store,
  /// again and again.
  void begin() {
    workers.read(() -> findDestinations(""));
    workers.read(orders::resume);
  }

  private void findDestinations(String after) {
    if (dispatch.isStopping()) {
      return;
    }
    int sharers = store.sharers();
    dispatch.quietly((lines, _) -> lines.sharedBy(sharers));
    List<DueDestination> page;
    try {
      page = store.destinations(after, DESTINATIONS_A_PAGE);
    } catch (QueueUnavailableException e) {
      LOG.error("the queue's destinations cannot be read, trying again", e);
      workers.after(READ_AGAIN, () -> workers.read(() -> findDestinations(after)));
      return;
    }
    dispatch.change(
        (lines, now) ->
            page.forEach(found -> lines.due(found.destination(), found.earliest(), now)));
    if (page.size() == DESTINATIONS_A_PAGE) {
      String last = page.getLast().destination().text();
      workers.read(() -> findDestinations(last));
    } else {
      store.lookAgain().ifPresent(pause -> workers.after(pause, this::begin));
    }
  }

  /// Does one reading, and lets the schedule know.
  void read(Reading reading) {
    try {
      switch (reading) {
        case Reading.Refill refill -> refill(refill);
        case Reading.Review review -> review(review);
      }
    } catch (QueueUnavailableException e) {
      Destination destination = reading.destination();
      LOG.error("what is queued for {} cannot be read, trying again", destination, e);
      dispatch.change((lines, now) -> lines.notLoaded(destination, now));
    }
  }

  private void refill(Reading.Refill refill) {
    Dispatch.PageWatch watch = dispatch.watch();
    DuePage page;
    try {
      page = store.lease(refill.destination(), refill.dueBy(), refill.limit());
      dispatch.take(page.consignments(), watch);
    } finally {
      dispatch.close(watch);
    }
    dispatch.change((lines, now) -> lines.loaded(refill.destination(), page, now));
  }

  /// Nothing is tried, but who waits long enough is told, or told that it failed.
  private void review(Reading.Review review) {
    Destination destination = review.destination();
    Instant next = retry.nextNews(store.ages(destination));
    boolean more = false;
    Instant now = clock.instant();
    if (!next.isAfter(now)) {
      Ages old = retry.newsworthy(now);
      DuePage page = store.leaseOld(destination, now, old, review.limit());
      attempts.putOff(page.consignments(), review.because());
      more =
          page.consignments().stream().mapToInt(c -> c.recipients().size()).sum() >= review.limit();
    }
    boolean full = more;
    dispatch.change((lines, at) -> lines.reviewed(destination, next, full, at));
  }
}
