package net.facteur.queue.run;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.Operated;
import net.facteur.queue.store.Operation;
import net.facteur.queue.store.QueueStore;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// An operator's hand on the running queue: the store is changed first, then what the runner has in
/// memory follows.
final class OperatorConsole implements QueueOperator {
  private static final Logger LOG = LogManager.getLogger("net.facteur.queue.mail");

  private final QueueRunner runner;
  private final QueueStore store;
  private final QueueInspector inspector;

  OperatorConsole(QueueRunner runner, QueueStore store, QueueInspector inspector) {
    this.runner = runner;
    this.store = store;
    this.inspector = inspector;
  }

  @Override
  public List<Listed> list(QueueFilter filter, int limit) {
    return inspector.list(filter, limit);
  }

  @Override
  public List<Listed> list(QueueFilter filter, QueueId after, int limit) {
    return inspector.list(filter, after, limit);
  }

  @Override
  public Summary summary(int limit) {
    return inspector.summary(limit);
  }

  @Override
  public Optional<Shown> show(QueueId id) {
    return inspector.show(id);
  }

  @Override
  public CompletionStage<OptionalInt> hold(QueueId id) {
    return operate(id, "hold", Operation.HOLD, _ -> runner.withdraw(id));
  }

  @Override
  public CompletionStage<OptionalInt> release(QueueId id) {
    return operate(id, "release", Operation.RELEASE, done -> runner.due(done.due(), done.at()));
  }

  @Override
  public CompletionStage<OptionalInt> retryNow(QueueId id) {
    return operate(
        id,
        "retry",
        Operation.RETRY,
        done -> {
          runner.wakeUp(done.due());
          runner.due(done.due(), done.at());
        });
  }

  @Override
  public CompletionStage<OptionalInt> remove(QueueId id) {
    return operate(id, "remove", Operation.REMOVE, _ -> runner.withdraw(id));
  }

  private CompletionStage<OptionalInt> operate(
      QueueId id, String action, Operation operation, Consumer<Operated> follow) {
    return store
        .operate(id, operation)
        .thenApply(
            operated -> {
              operated.ifPresent(follow);
              return log(action, id, operated.map(Operated::recipients));
            });
  }

  /// Held first, so that nobody else takes a lease while the report is written.
  @Override
  public CompletionStage<OptionalInt> bounce(QueueId id) {
    return store
        .operate(id, Operation.HOLD)
        .thenCompose(
            operated -> {
              if (operated.isEmpty()) {
                return CompletableFuture.completedFuture(log("bounce", id, Optional.empty()));
              }
              runner.withdraw(id);
              return store
                  .lease(id)
                  .thenCompose(this::bounceAll)
                  .thenApply(bounced -> log("bounce", id, Optional.of(bounced)));
            });
  }

  private CompletionStage<Integer> bounceAll(List<Consignment> consignments) {
    CompletionStage<Integer> total = CompletableFuture.completedFuture(0);
    for (Consignment consignment : consignments) {
      total = total.thenCombine(runner.bounce(consignment), Integer::sum);
    }
    return total;
  }

  private static OptionalInt log(String action, QueueId id, Optional<Integer> recipients) {
    LOG.info(
        "operator action={} id={} recipients={}",
        action,
        id,
        recipients.map(String::valueOf).orElse("none, not queued"));
    return recipients.map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}
