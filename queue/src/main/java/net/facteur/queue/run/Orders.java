package net.facteur.queue.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.Order;
import net.facteur.queue.store.QueueStore;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Carries out what operators order: at once where nobody has the recipients, else when their
/// attempt has ended, and what an earlier run left at the start.
final class Orders {
  private static final Logger LOG = LogManager.getLogger(QueueRunner.class);
  private static final int MESSAGES_AT_ONCE = 1000;
  private static final Duration AGAIN = Duration.ofMinutes(5);

  private final Dispatch dispatch;
  private final Attempts attempts;
  private final QueueStore store;
  private final Workers workers;

  /// Messages with orders that somebody's attempt keeps from being carried out.
  private final Set<QueueId> waiting = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean again = new AtomicBoolean();

  Orders(Dispatch dispatch, Attempts attempts, QueueStore store, Workers workers) {
    this.dispatch = dispatch;
    this.attempts = attempts;
    this.store = store;
    this.workers = workers;
  }

  /// Carries out what stands in the store. Blocks while it reads.
  void resume() {
    if (dispatch.isStopping()) {
      return;
    }
    List<QueueId> messages;
    try {
      messages = store.ordered(MESSAGES_AT_ONCE);
    } catch (QueueUnavailableException e) {
      LOG.error("the orders of operators cannot be read, trying again", e);
      later();
      return;
    }
    messages.forEach(this::carryOut);
    if (messages.size() == MESSAGES_AT_ONCE) {
      later();
    }
  }

  private void later() {
    if (again.compareAndSet(false, true)) {
      workers.after(
          AGAIN,
          () -> {
            again.set(false);
            workers.read(this::resume);
          });
    }
  }

  /// An attempt at the message has ended.
  void settled(QueueId id) {
    if (waiting.contains(id) && !dispatch.isStopping()) {
      carryOut(id);
    }
  }

  /// Carries out what can be of the orders about a message.
  ///
  /// @return to how many recipients it happened
  CompletionStage<Integer> carryOut(QueueId id) {
    // Before anything is leased, so that no attempt can end unnoticed after it was found under way.
    waiting.add(id);
    return store
        .lease(id)
        .thenComposeAsync(consignments -> carryOut(id, consignments), workers::read)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                LOG.error("an order about id={} waits: {}", id, failure.getMessage());
                later();
              }
            });
  }

  private CompletionStage<Integer> carryOut(QueueId id, List<Consignment> consignments) {
    Map<Integer, Order> orders;
    try {
      orders = store.orders(id);
    } catch (QueueUnavailableException e) {
      consignments.forEach(store::release);
      throw e;
    }
    CompletionStage<Integer> total = CompletableFuture.completedFuture(0);
    var found = new ArrayList<Integer>();
    for (Consignment consignment : consignments) {
      consignment
          .only(r -> !orders.containsKey(r.number()))
          .ifPresent(
              others -> {
                store.release(others);
                dispatch.due(List.of(others.destination()), others.received());
              });
      for (Order order : orders.values().stream().distinct().toList()) {
        var some = consignment.only(r -> Objects.equals(orders.get(r.number()), order));
        if (some.isPresent()) {
          some.get().recipients().forEach(r -> found.add(r.number()));
          total = total.thenCombine(carryOut(order, some.get()), Integer::sum);
        }
      }
    }
    return total.thenApply(
        done -> {
          ended(id, orders.size(), found.size(), done);
          return done;
        });
  }

  /// @param ordered recipients, of which `leased` were nobody's, and `done` are dealt with
  private void ended(QueueId id, int ordered, int leased, int done) {
    if (leased == ordered) {
      waiting.remove(id);
    }
    if (done < leased) {
      // Their report could not be written.
      later();
    }
  }

  private CompletionStage<Integer> carryOut(Order order, Consignment consignment) {
    return switch (order) {
      case Order.Bounce(String why) -> attempts.bounce(consignment, why);
      case Order.Move(Destination to) ->
          store
              .move(consignment, to)
              .thenApply(
                  _ -> {
                    dispatch.change((lines, now) -> lines.wakeUp(to, now));
                    dispatch.due(List.of(to), consignment.received());
                    return consignment.recipients().size();
                  });
    };
  }
}
