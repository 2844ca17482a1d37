package net.facteur.queue.run;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.Refusal;
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

  private final Dispatch dispatch;
  private final Attempts attempts;
  private final QueueStore store;

  /// Runs what follows a commit, behind what follows earlier ones.
  private final Executor after;

  private final QueueInspector inspector;

  OperatorConsole(
      Dispatch dispatch,
      Attempts attempts,
      QueueStore store,
      QueueInspector inspector,
      Executor after) {
    this.after = after;
    this.dispatch = dispatch;
    this.attempts = attempts;
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
  public List<QueueId> find(String text, int limit) {
    return inspector.find(text, limit);
  }

  @Override
  public List<Refusal> refusals(String address, int limit) {
    return inspector.refusals(address, limit);
  }

  @Override
  public Optional<MessageContent> content(QueueId id) throws IOException {
    return inspector.content(id);
  }

  @Override
  public CompletionStage<OptionalInt> hold(QueueId id, QueueFilter among) {
    return operate(id, Operation.HOLD, among, done -> withdraw(id, done));
  }

  @Override
  public CompletionStage<OptionalInt> release(QueueId id, QueueFilter among) {
    return operate(id, Operation.RELEASE, among, done -> dispatch.due(done.due(), done.at()));
  }

  @Override
  public CompletionStage<OptionalInt> retryNow(QueueId id, QueueFilter among) {
    return operate(
        id,
        Operation.RETRY,
        among,
        done -> {
          wakeUp(done.due());
          dispatch.due(done.due(), done.at());
        });
  }

  @Override
  public CompletionStage<OptionalInt> remove(QueueId id, QueueFilter among) {
    return operate(id, Operation.REMOVE, among, done -> withdraw(id, done));
  }

  private void wakeUp(List<Destination> destinations) {
    dispatch.change((lines, now) -> destinations.forEach(d -> lines.wakeUp(d, now)));
  }

  /// What waits in memory goes; what of the message stays queued is read again.
  private void withdraw(QueueId id, Operated done) {
    dispatch.withdraw(id);
    dispatch.due(done.due(), done.at());
  }

  private CompletionStage<OptionalInt> operate(
      QueueId id, Operation operation, QueueFilter among, Consumer<Operated> follow) {
    return store
        .operate(id, operation, among)
        .thenApplyAsync(
            operated -> {
              operated.ifPresent(follow);
              return log(operation.word(), id, operated.map(Operated::recipients));
            },
            after);
  }

  @Override
  public CompletionStage<OptionalInt> bounce(QueueId id, QueueFilter among) {
    return leased(id, Operation.BOUNCE, among, attempts::bounce);
  }

  @Override
  public CompletionStage<OptionalInt> move(QueueId id, QueueFilter among, Destination to) {
    return leased(
        id,
        Operation.MOVE,
        among,
        consignment ->
            store
                .move(consignment, to)
                .thenApply(
                    _ -> {
                      wakeUp(List.of(to));
                      dispatch.due(List.of(to), consignment.received());
                      return consignment.recipients().size();
                    }));
  }

  /// Held first, so that nobody else takes a lease before `act` does.
  private CompletionStage<OptionalInt> leased(
      QueueId id,
      Operation operation,
      QueueFilter among,
      Function<Consignment, CompletionStage<Integer>> act) {
    return store
        .operate(id, operation, among)
        .thenComposeAsync(
            operated -> {
              if (operated.isEmpty()) {
                return CompletableFuture.completedFuture(
                    log(operation.word(), id, Optional.empty()));
              }
              withdraw(id, operated.get());
              return store
                  .lease(id)
                  .thenCompose(consignments -> each(consignments, operated.get().meant(), act))
                  .thenApply(changed -> log(operation.word(), id, Optional.of(changed)));
            },
            after);
  }

  private CompletionStage<Integer> each(
      List<Consignment> consignments,
      Set<Integer> meant,
      Function<Consignment, CompletionStage<Integer>> act) {
    CompletionStage<Integer> total = CompletableFuture.completedFuture(0);
    for (Consignment consignment : consignments) {
      consignment
          .only(r -> !meant.contains(r.number()))
          .ifPresent(
              others -> {
                store.release(others);
                dispatch.due(List.of(others.destination()), others.received());
              });
      Optional<Consignment> some = consignment.only(r -> meant.contains(r.number()));
      if (some.isPresent()) {
        total = total.thenCombine(act.apply(some.get()), Integer::sum);
      }
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
