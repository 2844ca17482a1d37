package net.facteur.queue.run;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import net.facteur.queue.BodyStage;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageContent;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.schedule.DeliverySchedule;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DamagedMessageException;
import net.facteur.queue.store.DueDestination;
import net.facteur.queue.store.DuePage;
import net.facteur.queue.store.QueueStore;
import net.facteur.queue.store.QueuedRecipient;
import net.facteur.queue.store.Settlement;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The queue at work: takes new mail, has it delivered, tried again, reported.
///
/// New mail may be enqueued as soon as the runner exists; attempts begin with [#start]. [#close]
/// waits a while for running attempts and closes the store.
public final class QueueRunner implements MailQueue, AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(QueueRunner.class);
  private static final int DESTINATIONS_A_PAGE = 1000;
  private static final Duration SETTLE_AGAIN = Duration.ofSeconds(1);

  /// Attempts whose end is not committed yet; more of them than this, and no new ones start.
  private static final int MOST_UNSETTLED = 4000;

  private final QueueStore store;
  private final AgentCall agent;
  private final InstantSource clock;
  private final Workers workers;
  private final Judge judge;

  /// Guards the fields below.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition quieter = lock.newCondition();
  private final DeliverySchedule schedule;
  private final FreshContent fresh;
  private final Set<Reading> readings = new HashSet<>();
  private boolean started;
  private boolean stopping;
  private int unsettled;
  private Instant nextWake = Instant.MAX;

  /// @param store opened for this runner, which closes it
  /// @param random for jitter only
  public QueueRunner(
      QueueSettings settings,
      QueueStore store,
      DeliveryAgent agent,
      ReportWriter reports,
      InstantSource clock,
      RandomGenerator random,
      Workers workers) {
    this.store = store;
    this.agent = new AgentCall(agent);
    this.clock = clock;
    this.workers = workers;
    this.judge = new Judge(settings.retry(), reports, random);
    this.schedule = new DeliverySchedule(settings, random);
    this.fresh = new FreshContent(settings.storage().memoryBudget());
  }

  /// Begins to deliver, also what an earlier run left.
  public void start() {
    lock.lock();
    try {
      started = true;
    } finally {
      lock.unlock();
    }
    workers.read(() -> findDestinations(""));
    pump();
  }

  private void findDestinations(String after) {
    List<DueDestination> page;
    try {
      page = store.destinations(after, DESTINATIONS_A_PAGE);
    } catch (QueueUnavailableException e) {
      LOG.error("the queue's destinations cannot be read, trying again", e);
      workers.after(Duration.ofSeconds(5), () -> workers.read(() -> findDestinations(after)));
      return;
    }
    locked(now -> page.forEach(found -> schedule.due(found.destination(), found.earliest(), now)));
    pump();
    if (page.size() == DESTINATIONS_A_PAGE) {
      String last = page.getLast().destination().text();
      workers.read(() -> findDestinations(last));
    } else {
      store
          .lookAgain()
          .ifPresent(pause -> workers.after(pause, () -> workers.read(() -> findAgain())));
    }
  }

  /// Where others share the store, they may have left something.
  private void findAgain() {
    if (!isStopping()) {
      findDestinations("");
    }
  }

  @Override
  public BodyStage stage() {
    return store.stage();
  }

  @Override
  public boolean full() {
    return store.full();
  }

  @Override
  public CompletionStage<QueueId> enqueue(NewMessage message) {
    if (isStopping()) {
      message.body().discard();
      return CompletableFuture.failedFuture(
          new QueueUnavailableException(
              "the queue is stopping", false, new IllegalStateException()));
    }
    var kept = new CompletableFuture<QueueId>();
    store
        .put(message)
        .whenComplete(
            (consignments, failure) -> {
              if (failure != null) {
                kept.completeExceptionally(failure);
              } else {
                // The peer waits for its 250, so that goes first.
                kept.complete(message.id());
                begin(message, consignments);
              }
            });
    return kept;
  }

  private void begin(NewMessage message, List<Consignment> consignments) {
    try {
      AttemptLog.queued(message);
      admit(message, consignments);
    } catch (RuntimeException e) {
      LOG.error("message id={} is kept, but waits for the next start", message.id(), e);
    }
  }

  private void admit(NewMessage message, List<Consignment> consignments) {
    locked(
        now -> {
          var waiting = new ArrayList<Consignment>(consignments.size());
          for (Consignment consignment : consignments) {
            if (schedule.offer(consignment, now)) {
              waiting.add(consignment);
            } else {
              store.release(consignment);
            }
          }
          fresh.keep(message, waiting);
        });
    pump();
  }

  /// Starts whatever may start now: attempts, pages to read, the timer.
  private void pump() {
    var launches = new ArrayList<Consignment>();
    var refills = new ArrayList<DeliverySchedule.Refill>();
    Optional<Duration> sleep = Optional.empty();
    lock.lock();
    try {
      if (!started || stopping) {
        return;
      }
      Instant now = clock.instant();
      while (unsettled < MOST_UNSETTLED) {
        Optional<Consignment> next = schedule.next(now);
        if (next.isEmpty()) {
          break;
        }
        unsettled++;
        launches.add(next.get());
      }
      for (var page = schedule.refill(now); page.isPresent(); page = schedule.refill(now)) {
        refills.add(page.get());
      }
      sleep = untilWake(now);
    } finally {
      lock.unlock();
    }
    for (Consignment consignment : launches) {
      workers.attempt(() -> attempt(consignment));
    }
    for (DeliverySchedule.Refill refill : refills) {
      workers.read(() -> load(refill));
    }
    sleep.ifPresent(duration -> workers.after(duration, this::wake));
  }

  private Optional<Duration> untilWake(Instant now) {
    Optional<Instant> wake = schedule.wake();
    if (wake.isEmpty() || wake.get().equals(Instant.MAX) || !wake.get().isBefore(nextWake)) {
      return Optional.empty();
    }
    nextWake = wake.get();
    Duration wait = Duration.between(now, nextWake);
    return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
  }

  private void wake() {
    locked(_ -> nextWake = Instant.MAX);
    pump();
  }

  private void load(DeliverySchedule.Refill refill) {
    var reading = new Reading();
    locked(_ -> readings.add(reading));
    DuePage page;
    try {
      page = store.lease(refill.destination(), refill.dueBy(), refill.limit());
    } catch (QueueUnavailableException e) {
      LOG.error("what is due for {} cannot be read, trying again", refill.destination(), e);
      locked(
          now -> {
            readings.remove(reading);
            schedule.notLoaded(refill.destination(), now);
          });
      pump();
      return;
    }
    if (refill.putOff().isPresent()) {
      locked(_ -> readings.remove(reading));
      putOff(page.consignments(), refill.putOff().get());
      locked(now -> schedule.loaded(refill.destination(), page, now));
    } else {
      locked(
          now -> {
            readings.remove(reading);
            for (Consignment consignment : page.consignments()) {
              if (reading.withdrawn.contains(consignment.id())
                  || !schedule.offer(consignment, now)) {
                store.release(consignment);
              }
            }
            schedule.loaded(refill.destination(), page, now);
          });
    }
    pump();
  }

  /// Defers without an attempt, the destination being down.
  private void putOff(List<Consignment> consignments, Deferred because) {
    for (Consignment consignment : consignments) {
      Instant now = clock.instant();
      locked(_ -> unsettled++);
      var outcomes = new HashMap<Recipient, DeliveryOutcome>();
      for (QueuedRecipient recipient : consignment.recipients()) {
        outcomes.put(recipient.recipient(), because);
      }
      Settlement settlement;
      try {
        settlement =
            judge.settle(consignment, () -> content(consignment), false, now, now, outcomes);
      } catch (IOException e) {
        unreadable(consignment, e);
        continue;
      }
      locked(_ -> fresh.done(consignment));
      AttemptLog.attempt(settlement);
      commit(settlement);
    }
  }

  private void attempt(Consignment consignment) {
    Instant began = clock.instant();
    if (!store.holdsLeases()) {
      LOG.warn("message id={} is left to whoever lives", consignment.id());
      giveBack(consignment);
      return;
    }
    MessageContent content;
    try {
      content = content(consignment);
    } catch (IOException e) {
      locked(now -> schedule.endedUnclear(consignment.destination(), now));
      unreadable(consignment, e);
      return;
    }
    Optional<Map<Recipient, DeliveryOutcome>> answered = agent.deliver(consignment, content);
    Map<Recipient, DeliveryOutcome> outcomes = answered.orElse(Map.of());
    Instant ended = clock.instant();
    List<Consignment> others = freeSlot(consignment, answered);
    Settlement settlement;
    try {
      settlement = judge.settle(consignment, () -> content, true, began, ended, outcomes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    AttemptLog.attempt(settlement);
    commit(settlement);
    AgentCall.downBecause(outcomes)
        .ifPresent(
            because -> {
              if (!others.isEmpty()) {
                workers.read(() -> putOff(others, because));
              }
            });
    pump();
  }

  private void giveBack(Consignment consignment) {
    locked(
        now -> {
          fresh.done(consignment);
          schedule.endedUnclear(consignment.destination(), now);
        });
    store.release(consignment);
    settled();
  }

  /// Tells the schedule how the destination did.
  ///
  /// @return what else waited for a destination that turned out to be down
  private List<Consignment> freeSlot(
      Consignment consignment, Optional<Map<Recipient, DeliveryOutcome>> answered) {
    Destination destination = consignment.destination();
    var others = new ArrayList<Consignment>();
    locked(
        now -> {
          fresh.done(consignment);
          Optional<Deferred> down = answered.flatMap(AgentCall::downBecause);
          if (down.isPresent()) {
            others.addAll(schedule.down(destination, down.get(), now));
          } else if (answered.isEmpty() || answered.get().isEmpty()) {
            schedule.endedUnclear(destination, now);
          } else if (AgentCall.wantsLess(answered.get())) {
            schedule.slowed(destination, now);
          } else {
            schedule.ended(destination, now);
          }
        });
    return others;
  }

  private MessageContent content(Consignment consignment) throws IOException {
    Optional<MessageContent> kept;
    lock.lock();
    try {
      kept = fresh.of(consignment);
    } finally {
      lock.unlock();
    }
    return kept.isPresent() ? kept.get() : store.content(consignment);
  }

  /// A message whose octets cannot be read: set aside where they are damaged, else tried later.
  private void unreadable(Consignment consignment, IOException failure) {
    locked(_ -> fresh.done(consignment));
    if (failure instanceof DamagedMessageException) {
      LOG.error("message id={} set aside: {}", consignment.id(), failure.getMessage());
      store
          .setAside(consignment, String.valueOf(failure.getMessage()))
          .whenComplete((_, _) -> settled());
      return;
    }
    LOG.error("message id={} cannot be read, trying later", consignment.id(), failure);
    Instant now = clock.instant();
    var outcome =
        new Deferred(
            EnhancedStatusCode.of(4, 3, 0),
            "the message could not be read here",
            Optional.empty(),
            false,
            Optional.empty());
    commit(judge.unread(consignment, now, outcome));
  }

  /// Commits the end of an attempt, as often as it takes: what was delivered must not go again.
  private void commit(Settlement settlement) {
    store
        .settle(settlement)
        .whenComplete(
            (reports, failure) -> {
              if (failure == null) {
                committed(settlement, reports);
              } else if (!isStopping()) {
                workers.after(SETTLE_AGAIN, () -> commit(settlement));
              } else {
                settled();
              }
            });
  }

  private void committed(Settlement settlement, List<Consignment> reports) {
    Destination destination = settlement.consignment().destination();
    locked(
        now -> {
          for (Settlement.Entry entry : settlement.entries()) {
            if (entry.fate() instanceof Settlement.Fate.Retry(Instant next, boolean _)) {
              schedule.due(destination, next, now);
            }
          }
        });
    for (NewMessage report : settlement.reports()) {
      AttemptLog.queued(report);
      admit(report, reports.stream().filter(c -> c.id().equals(report.id())).toList());
    }
    settled();
  }

  private void settled() {
    locked(
        _ -> {
          unsettled--;
          quieter.signalAll();
        });
    pump();
  }

  /// Next hops that could not be reached and are left alone for now, with the reason, the one that
  /// rests longest first.
  public List<String> resting(int limit) {
    lock.lock();
    try {
      return schedule.resting(clock.instant(), limit);
    } finally {
      lock.unlock();
    }
  }

  /// What an operator can see and do.
  ///
  /// @param inspector of this runner's store
  public QueueOperator operator(QueueInspector inspector) {
    return new OperatorConsole(this, store, inspector);
  }

  /// A page that is being read, and the messages that an operator took out meanwhile: it may be
  /// older than that.
  private static final class Reading {
    private final Set<QueueId> withdrawn = new HashSet<>();
  }

  /// Forgets what waits here of a message that is no longer queued in the store.
  void withdraw(QueueId id) {
    locked(
        now -> {
          readings.forEach(reading -> reading.withdrawn.add(id));
          for (Consignment consignment : schedule.withdraw(c -> c.id().equals(id), now)) {
            store.release(consignment);
            fresh.done(consignment);
          }
        });
    pump();
  }

  /// The store has something for these.
  void due(List<Destination> destinations, Instant at) {
    locked(now -> destinations.forEach(d -> schedule.due(d, at, now)));
    pump();
  }

  void wakeUp(List<Destination> destinations) {
    locked(now -> destinations.forEach(d -> schedule.wakeUp(d, now)));
  }

  /// Returns recipients, which the caller has leased, to their sender.
  ///
  /// @return how many were returned
  CompletionStage<Integer> bounce(Consignment consignment) {
    var bounced = new CompletableFuture<Integer>();
    workers.read(
        () -> {
          Settlement settlement;
          try {
            settlement =
                judge.bounce(consignment, () -> store.content(consignment), clock.instant());
          } catch (IOException e) {
            store.release(consignment);
            bounced.completeExceptionally(
                new QueueUnavailableException("the message cannot be read", false, e));
            return;
          }
          locked(_ -> unsettled++);
          store
              .settle(settlement)
              .whenComplete(
                  (reports, failure) -> {
                    if (failure == null) {
                      AttemptLog.attempt(settlement);
                      committed(settlement, reports);
                      bounced.complete(Judge.bounced(settlement));
                    } else {
                      store.release(consignment);
                      settled();
                      bounced.completeExceptionally(failure);
                    }
                  });
        });
    return bounced;
  }

  private boolean isStopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  private interface Step {
    void run(Instant now);
  }

  private void locked(Step step) {
    lock.lock();
    try {
      step.run(clock.instant());
    } finally {
      lock.unlock();
    }
  }

  /// Starts nothing more, waits for running attempts and their commits, interrupts those that are
  /// left, and closes the store. What was not committed is tried again at the next start.
  ///
  /// @param patience how long to wait
  public void close(Duration patience) {
    lock.lock();
    try {
      stopping = true;
      long left = patience.toNanos();
      while (unsettled > 0 && left > 0) {
        left = quieter.awaitNanos(left);
      }
      if (unsettled > 0) {
        LOG.warn("stopping with {} attempts under way, they will be repeated", unsettled);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    workers.close();
    store.close();
  }

  /// Waits up to 10 seconds.
  @Override
  public void close() {
    close(Duration.ofNanos(TimeUnit.SECONDS.toNanos(10)));
  }
}
