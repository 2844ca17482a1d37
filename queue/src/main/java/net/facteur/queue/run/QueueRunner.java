package net.facteur.queue.run;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import net.facteur.queue.BodyStage;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MoreRecipients;
import net.facteur.queue.NewMessage;
import net.facteur.queue.Pace;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.Refusal;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.QueueStore;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The queue at work: takes new mail, has it delivered, tried again, reported.
///
/// New mail may be enqueued as soon as the runner exists; attempts begin with [#start]. [#close]
/// waits a while for running attempts and closes the store.
public final class QueueRunner implements MailQueue, AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(QueueRunner.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final QueueStore store;
  private final Workers workers;
  private final Dispatch dispatch;
  private final Attempts attempts;
  private final Orders orders;
  private final StoreReading reading;

  /// A runner for which every destination stands for itself.
  public QueueRunner(
      QueueSettings settings,
      QueueStore store,
      DeliveryAgent agent,
      ReportWriter reports,
      InstantSource clock,
      RandomGenerator random,
      Workers workers) {
    this(settings, store, agent, Pace.FREE, reports, clock, random, workers);
  }

  /// @param store opened for this runner, which closes it
  /// @param pace what destinations may have together
  /// @param random for jitter only
  public QueueRunner(
      QueueSettings settings,
      QueueStore store,
      DeliveryAgent agent,
      Pace pace,
      ReportWriter reports,
      InstantSource clock,
      RandomGenerator random,
      Workers workers) {
    this.store = store;
    this.workers = workers;
    this.dispatch = new Dispatch(settings, store, pace, clock, random, workers);
    var judge = new OutcomeRules(settings.retry(), reports, random);
    this.attempts = new Attempts(store, dispatch, agent, judge, clock, workers, this::settled);
    this.orders = new Orders(dispatch, attempts, store, workers);
    this.reading = new StoreReading(settings, store, dispatch, attempts, orders, workers, clock);
  }

  /// Begins to deliver, also what an earlier run left.
  public void start() {
    dispatch.start(new Dispatch.Starts(attempts::attempt, reading::read));
    reading.begin();
  }

  private void settled(QueueId id) {
    orders.settled(id);
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
  public boolean full(long octets) {
    return store.full(octets);
  }

  @Override
  public void expect() {
    store.expect();
  }

  @Override
  public CompletionStage<QueueId> enqueue(NewMessage message) {
    if (dispatch.isStopping()) {
      message.body().discard();
      return CompletableFuture.failedFuture(stopped());
    }
    var kept = new CompletableFuture<QueueId>();
    store
        .put(message)
        .whenComplete(
            (consignments, failure) -> {
              if (failure != null) {
                kept.completeExceptionally(failure);
              } else {
                // The peer waits for its 250, and others for the next commit, so that goes first.
                kept.complete(message.id());
                workers.admit(() -> begin(message, consignments));
              }
            });
    return kept;
  }

  @Override
  public CompletionStage<MoreRecipients.Outcome> add(MoreRecipients more) {
    if (dispatch.isStopping()) {
      return CompletableFuture.failedFuture(stopped());
    }
    var kept = new CompletableFuture<MoreRecipients.Outcome>();
    store
        .extend(more)
        .whenComplete(
            (extended, failure) -> {
              if (failure != null) {
                kept.completeExceptionally(failure);
              } else {
                kept.complete(extended.outcome());
                workers.admit(() -> dispatch.admit(extended.consignments()));
              }
            });
    return kept;
  }

  private static QueueUnavailableException stopped() {
    return new QueueUnavailableException(
        "the queue is stopping", false, new IllegalStateException());
  }

  @Override
  public void refused(Refusal refusal) {
    store.note(refusal);
  }

  private void begin(NewMessage message, List<Consignment> consignments) {
    try {
      AttemptLog.queued(message);
      dispatch.admit(message, consignments);
    } catch (RuntimeException e) {
      LOG.error("message id={} is kept, but waits for the next start", message.id(), e);
    }
  }

  /// Next hops that could not be reached and are left alone for now, with the reason, the one that
  /// rests longest first.
  public List<String> resting(int limit) {
    return dispatch.resting(limit);
  }

  /// What an operator can see and do.
  ///
  /// @param inspector of this runner's store
  public QueueOperator operator(QueueInspector inspector) {
    return new OperatorConsole(dispatch, orders, store, inspector, workers::admit);
  }

  /// Starts nothing more, waits for running attempts and their commits, interrupts those that are
  /// left, and closes the store. What was not committed is tried again at the next start.
  ///
  /// @param patience how long to wait
  public void close(Duration patience) {
    dispatch.stop(patience);
    workers.close();
    store.close();
  }

  /// Waits up to 10 seconds.
  @Override
  public void close() {
    close(PATIENCE);
  }
}
