package net.facteur.queue.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MessageContent;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.Recipient;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DamagedMessageException;
import net.facteur.queue.store.QueueStore;
import net.facteur.queue.store.QueuedRecipient;
import net.facteur.queue.store.Settlement;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Attempts, from the slot that the schedule gave to the commit of what came of it.
final class Attempts {
  private static final Logger LOG = LogManager.getLogger(QueueRunner.class);
  private static final Duration SETTLE_AGAIN = Duration.ofSeconds(1);

  private final QueueStore store;
  private final Dispatch dispatch;
  private final AgentCall agent;
  private final OutcomeRules judge;
  private final InstantSource clock;
  private final Workers workers;
  private final Consumer<QueueId> settled;

  /// @param settled hears of each message of which an attempt has ended, after the commit
  Attempts(
      QueueStore store,
      Dispatch dispatch,
      DeliveryAgent agent,
      OutcomeRules judge,
      InstantSource clock,
      Workers workers,
      Consumer<QueueId> settled) {
    this.store = store;
    this.dispatch = dispatch;
    this.agent = new AgentCall(agent);
    this.judge = judge;
    this.clock = clock;
    this.workers = workers;
    this.settled = settled;
  }

  /// Makes one attempt.
  void attempt(Consignment consignment) {
    Instant began = clock.instant();
    if (!store.holdsLeases()) {
      LOG.warn("message id={} is left to whoever lives", consignment.id());
      giveUpSlot(consignment);
      store.release(consignment);
      dispatch.settled();
      return;
    }
    MessageContent content;
    try {
      content = content(consignment);
    } catch (IOException e) {
      giveUpSlot(consignment);
      unreadable(consignment, e);
      return;
    }
    Optional<Map<Recipient, DeliveryOutcome>> answered = agent.deliver(consignment, content);
    Instant ended = clock.instant();
    freeSlot(consignment, answered);
    Settlement settlement;
    try {
      settlement =
          judge.settle(consignment, () -> content, true, began, ended, answered.orElse(Map.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AttemptLog.attempt(settlement);
    commit(settlement);
    dispatch.pump();
  }

  private void giveUpSlot(Consignment consignment) {
    dispatch.done(consignment);
    dispatch.quietly((lines, now) -> lines.endedUnclear(consignment.destination(), now));
  }

  /// Tells the schedule how the destination did.
  private void freeSlot(
      Consignment consignment, Optional<Map<Recipient, DeliveryOutcome>> answered) {
    Destination destination = consignment.destination();
    Optional<Deferred> down = answered.flatMap(AgentCall::downBecause);
    dispatch.done(consignment);
    dispatch.quietly(
        (lines, now) -> {
          if (down.isPresent()) {
            dispatch.giveBack(lines.down(destination, down.get(), now));
          } else if (answered.isEmpty() || answered.get().isEmpty()) {
            lines.endedUnclear(destination, now);
          } else if (AgentCall.wantsLess(answered.get())) {
            lines.slowed(destination, now);
          } else {
            lines.ended(destination, now);
          }
        });
  }

  private MessageContent content(Consignment consignment) throws IOException {
    Optional<MessageContent> kept = dispatch.content(consignment);
    return kept.isPresent() ? kept.get() : store.content(consignment);
  }

  /// Defers without an attempt, the destination being down.
  ///
  /// @param consignments leased to the caller
  void putOff(List<Consignment> consignments, Deferred because) {
    for (Consignment consignment : consignments) {
      Instant now = clock.instant();
      dispatch.unsettled();
      var outcomes = new HashMap<Recipient, DeliveryOutcome>();
      for (QueuedRecipient recipient : consignment.recipients()) {
        outcomes.put(recipient.recipient(), because);
      }
      Settlement settlement;
      try {
        settlement =
            judge.settle(consignment, () -> store.content(consignment), false, now, now, outcomes);
      } catch (IOException e) {
        unreadable(consignment, e);
        continue;
      }
      AttemptLog.attempt(settlement);
      commit(settlement);
    }
  }

  /// A message whose octets cannot be read: set aside where they are damaged, else tried later.
  private void unreadable(Consignment consignment, IOException failure) {
    if (failure instanceof DamagedMessageException) {
      LOG.error("message id={} set aside: {}", consignment.id(), failure.getMessage());
      store
          .setAside(consignment, String.valueOf(failure.getMessage()))
          .whenComplete((_, _) -> dispatch.settled());
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
                settled.accept(settlement.consignment().id());
              } else if (!dispatch.isStopping()) {
                workers.after(SETTLE_AGAIN, () -> commit(settlement));
              } else {
                dispatch.settled();
              }
            });
  }

  private void committed(Settlement settlement, List<Consignment> reports) {
    Destination destination = settlement.consignment().destination();
    dispatch.quietly(
        (lines, now) -> {
          for (Settlement.Entry entry : settlement.entries()) {
            if (entry.fate() instanceof Settlement.Fate.Retry(Instant next, boolean _)) {
              lines.due(destination, next, now);
            }
          }
        });
    for (NewMessage report : settlement.reports()) {
      AttemptLog.queued(report);
      dispatch.admit(report, reports.stream().filter(c -> c.id().equals(report.id())).toList());
    }
    dispatch.settled();
  }

  /// Returns recipients, which the caller has leased, to their sender.
  ///
  /// @param why what the sender is told
  /// @return how many were returned
  CompletionStage<Integer> bounce(Consignment consignment, String why) {
    var bounced = new CompletableFuture<Integer>();
    workers.read(
        () -> {
          try {
            bounce(
                judge.bounce(consignment, why, () -> store.content(consignment), clock.instant()),
                bounced);
          } catch (IOException e) {
            store.release(consignment);
            bounced.completeExceptionally(
                new QueueUnavailableException("the message cannot be read", false, e));
          }
        });
    return bounced;
  }

  private void bounce(Settlement settlement, CompletableFuture<Integer> bounced) {
    dispatch.unsettled();
    store
        .settle(settlement)
        .whenComplete(
            (reports, failure) -> {
              if (failure == null) {
                AttemptLog.attempt(settlement);
                committed(settlement, reports);
                bounced.complete(OutcomeRules.bounced(settlement));
              } else {
                store.release(settlement.consignment());
                dispatch.settled();
                bounced.completeExceptionally(failure);
              }
            });
  }
}
