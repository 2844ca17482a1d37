package net.facteur.queue.run;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.Refusal;
import net.facteur.queue.store.Operated;
import net.facteur.queue.store.Operation;
import net.facteur.queue.store.Order;
import net.facteur.queue.store.QueueStore;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// An operator's hand on the running queue: the store is changed first, then what the runner has in
/// memory follows.
final class OperatorConsole implements QueueOperator {
  private static final Logger LOG = LogManager.getLogger("net.facteur.queue.mail");

  private final Dispatch dispatch;
  private final Orders orders;
  private final QueueStore store;

  /// Runs what follows a commit, behind what follows earlier ones.
  private final Executor after;

  private final QueueInspector inspector;

  OperatorConsole(
      Dispatch dispatch,
      Orders orders,
      QueueStore store,
      QueueInspector inspector,
      Executor after) {
    this.after = after;
    this.dispatch = dispatch;
    this.orders = orders;
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
  public List<Unreported> unreported(Instant from, Instant before, int limit) {
    return inspector.unreported(from, before, limit);
  }

  @Override
  public List<Sent> held(Optional<String> account, Optional<QueueId> after, int limit) {
    return inspector.held(account, after, limit);
  }

  @Override
  public List<Sent> sent(String account, Instant since, int limit) {
    return inspector.sent(account, since, limit);
  }

  @Override
  public Own own(String account, Instant since, int looked, int limit) {
    return inspector.own(account, since, looked, limit);
  }

  @Override
  public Optional<String> account(QueueId id) {
    return inspector.account(id);
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
  public CompletionStage<OptionalInt> release(QueueId id, QueueFilter among, Instant due) {
    return follow(
        store.release(id, among, due),
        id,
        Operation.RELEASE,
        done -> dispatch.due(done.due(), done.at()));
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
    return follow(store.operate(id, operation, among), id, operation, follow);
  }

  private CompletionStage<OptionalInt> follow(
      CompletionStage<Optional<Operated>> done,
      QueueId id,
      Operation operation,
      Consumer<Operated> follow) {
    return done.thenApplyAsync(
        operated -> {
          operated.ifPresent(follow);
          return log(operation.word(), id, operated.map(Operated::recipients));
        },
        after);
  }

  @Override
  public CompletionStage<OptionalInt> bounce(QueueId id, QueueFilter among) {
    return order(id, new Order.Bounce(), among);
  }

  @Override
  public CompletionStage<OptionalInt> bounce(QueueId id, QueueFilter among, String why) {
    return order(id, new Order.Bounce(why), among);
  }

  @Override
  public CompletionStage<OptionalInt> move(QueueId id, QueueFilter among, Destination to) {
    return order(id, new Order.Move(to), among);
  }

  /// Held first, so that nobody takes a lease before the order is carried out.
  private CompletionStage<OptionalInt> order(QueueId id, Order order, QueueFilter among) {
    String word = order.operation().word();
    return store
        .order(id, order, among)
        .thenComposeAsync(
            operated -> {
              if (operated.isEmpty()) {
                return CompletableFuture.completedFuture(log(word, id, Optional.empty()));
              }
              withdraw(id, operated.get());
              return orders.carryOut(id).thenApply(changed -> log(word, id, Optional.of(changed)));
            },
            after);
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
