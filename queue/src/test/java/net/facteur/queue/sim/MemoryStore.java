package net.facteur.queue.sim;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MoreRecipients;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.Recipient;
import net.facteur.queue.RecipientState;
import net.facteur.queue.Refusal;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.store.Ages;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DamagedMessageException;
import net.facteur.queue.store.DueDestination;
import net.facteur.queue.store.DuePage;
import net.facteur.queue.store.Grouping;
import net.facteur.queue.store.Operated;
import net.facteur.queue.store.Operation;
import net.facteur.queue.store.Order;
import net.facteur.queue.store.QueueStore;
import net.facteur.queue.store.QueuedRecipient;
import net.facteur.queue.store.Settlement;
import net.facteur.queue.store.StoredContent;

/// A store in memory that keeps the contract, loses what was not committed when it crashes, and
/// fails when told to. Not safe for several threads at once.
public final class MemoryStore implements QueueStore {
  /// What survives a crash.
  public static final class Disk {
    private final Map<Long, Message> messages = new TreeMap<>();
    private long last;

    /// How many recipients still wait.
    public long open() {
      return messages.values().stream()
          .flatMap(m -> m.rows.values().stream())
          .filter(r -> r.state.open())
          .count();
    }

    /// The queue ids with a recipient that still waits.
    public Set<String> openIds() {
      var ids = new HashSet<String>();
      for (Message message : messages.values()) {
        if (message.rows.values().stream().anyMatch(r -> r.state.open())) {
          ids.add(message.mail.id().text());
        }
      }
      return ids;
    }
  }

  private static final class Message {
    private final NewMessage mail;
    private final byte[] body;
    private final TreeMap<Integer, Row> rows = new TreeMap<>();

    Message(NewMessage mail, byte[] body) {
      this.mail = mail;
      this.body = body;
    }

    private boolean open() {
      return rows.values().stream().anyMatch(r -> r.state.open());
    }
  }

  private static final class Row {
    private final ReversePath reversePath;
    private QueuedRecipient recipient;
    private RecipientState state = RecipientState.QUEUED;
    private Optional<Order> order = Optional.empty();

    /// The order that is not carried out yet.
    Optional<Order> open() {
      return state == RecipientState.HELD || state == RecipientState.DAMAGED
          ? order
          : Optional.empty();
    }

    Row(ReversePath reversePath, QueuedRecipient recipient) {
      this.reversePath = reversePath;
      this.recipient = recipient;
    }
  }

  private record Key(long message, int number) {}

  private final Disk disk;
  private final int recipientsTogether;
  private final InstantSource clock;
  private final Consumer<Runnable> later;
  private final BooleanSupplier fails;
  private final Set<Key> leased = new HashSet<>();
  private boolean alive = true;

  /// @param later runs a commit, now or after a while
  /// @param fails asked at each commit and each read
  public MemoryStore(
      Disk disk,
      int recipientsTogether,
      InstantSource clock,
      Consumer<Runnable> later,
      BooleanSupplier fails) {
    this.clock = clock;
    this.disk = disk;
    this.recipientsTogether = recipientsTogether;
    this.later = later;
    this.fails = fails;
  }

  /// The process is gone: nothing that was not committed ever is.
  public void crash() {
    alive = false;
  }

  @Override
  public BodyStage stage() {
    return new MemoryStage();
  }

  @Override
  public boolean full() {
    return false;
  }

  private <T> CompletionStage<T> commit(Supplier<T> change) {
    var future = new CompletableFuture<T>();
    later.accept(
        () -> {
          if (!alive) {
            return;
          }
          if (fails.getAsBoolean()) {
            future.completeExceptionally(unavailable());
          } else {
            future.complete(change.get());
          }
        });
    return future;
  }

  private static QueueUnavailableException unavailable() {
    return new QueueUnavailableException("simulated failure", true, new IOException());
  }

  @Override
  public CompletionStage<List<Consignment>> put(NewMessage message) {
    return commit(() -> insert(message));
  }

  private List<Consignment> insert(NewMessage mail) {
    long number = ++disk.last;
    List<Consignment> consignments = Grouping.group(mail, number, recipientsTogether);
    Message message;
    try (InputStream in = mail.body().open()) {
      message = new Message(mail, in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    for (Consignment consignment : consignments) {
      if (!mail.held()) {
        take(consignment);
      }
      for (QueuedRecipient recipient : consignment.recipients()) {
        var row = new Row(consignment.reversePath(), recipient);
        row.state = mail.held() ? RecipientState.HELD : RecipientState.QUEUED;
        message.rows.put(recipient.number(), row);
      }
    }
    disk.messages.put(number, message);
    return mail.held() ? List.of() : consignments;
  }

  @Override
  public CompletionStage<Extended> extend(MoreRecipients more) {
    return commit(() -> added(more));
  }

  private Extended added(MoreRecipients more) {
    for (var entry : disk.messages.entrySet()) {
      Message message = entry.getValue();
      if (message.mail.id().equals(more.id())
          && message.rows.values().stream().anyMatch(row -> row.state.open())) {
        var last = message.rows.lastEntry();
        if (!last.getValue().reversePath.equals(more.after())) {
          return Extended.not(new MoreRecipients.Outcome.Behind(last.getValue().reversePath));
        }
        List<Consignment> consignments =
            Grouping.group(more, entry.getKey(), last.getKey() + 1, recipientsTogether);
        for (Consignment consignment : consignments) {
          take(consignment);
          for (QueuedRecipient recipient : consignment.recipients()) {
            message.rows.put(recipient.number(), new Row(consignment.reversePath(), recipient));
          }
        }
        return new Extended(new MoreRecipients.Outcome.Added(), consignments);
      }
    }
    return Extended.not(new MoreRecipients.Outcome.Gone());
  }

  private void take(Consignment consignment) {
    for (QueuedRecipient r : consignment.recipients()) {
      if (!leased.add(new Key(consignment.message(), r.number()))) {
        throw new IllegalStateException("leased twice: " + consignment);
      }
    }
  }

  @Override
  public void release(Consignment consignment) {
    for (QueuedRecipient r : consignment.recipients()) {
      if (!leased.remove(new Key(consignment.message(), r.number()))) {
        throw new IllegalStateException("released without a lease: " + consignment);
      }
    }
  }

  @Override
  public void note(Refusal refusal) {}

  @Override
  public CompletionStage<List<Consignment>> settle(Settlement settlement) {
    return commit(
        () -> {
          Message message = disk.messages.get(settlement.consignment().message());
          for (Settlement.Entry entry : settlement.entries()) {
            Row row = message == null ? null : message.rows.get(entry.recipient().number());
            if (row != null) {
              apply(row, entry);
            }
          }
          release(settlement.consignment());
          if (message != null && !message.open()) {
            disk.messages.remove(settlement.consignment().message());
          }
          var reports = new ArrayList<Consignment>();
          settlement.reports().forEach(report -> reports.addAll(insert(report)));
          return reports;
        });
  }

  private static void apply(Row row, Settlement.Entry entry) {
    QueuedRecipient was = row.recipient;
    switch (entry.fate()) {
      case Settlement.Fate.Retry(Instant next, boolean reported) ->
          row.recipient =
              new QueuedRecipient(
                  was.number(), was.recipient(), was.attempts() + 1, reported, next);
      case Settlement.Fate.Leaves(Settlement.Ending ending) -> {
        if (row.state.open()) {
          row.state = RecipientState.valueOf(ending.name());
        }
      }
    }
  }

  private record Due(long number, Message message, Row row) {
    Key key() {
      return new Key(number, row.recipient.number());
    }
  }

  private List<Due> queued(Destination destination) {
    var due = new ArrayList<Due>();
    disk.messages.forEach(
        (number, message) -> {
          for (Row row : message.rows.values()) {
            if (row.state == RecipientState.QUEUED
                && row.recipient.recipient().destination().equals(destination)) {
              due.add(new Due(number, message, row));
            }
          }
        });
    due.sort(
        Comparator.comparing((Due d) -> d.row().recipient.nextAttempt())
            .thenComparingLong(Due::number)
            .thenComparingInt(d -> d.row().recipient.number()));
    return due;
  }

  @Override
  public DuePage lease(Destination destination, Instant dueBy, int limit) {
    return lease(destination, dueBy, limit, _ -> true);
  }

  @Override
  public DuePage leaseOld(Destination destination, Instant dueBy, Ages acceptedBy, int limit) {
    return lease(
        destination,
        dueBy,
        limit,
        due -> {
          Instant received = due.message().mail.received();
          return acceptedBy.all().map(by -> !received.isAfter(by)).orElse(false)
              || (!due.row().recipient.delayReported()
                  && acceptedBy.untold().map(by -> !received.isAfter(by)).orElse(false));
        });
  }

  @Override
  public Ages ages(Destination destination) {
    if (fails.getAsBoolean()) {
      throw unavailable();
    }
    List<Due> all = queued(destination);
    return new Ages(
        oldest(all.stream().filter(due -> !due.row().recipient.delayReported())),
        oldest(all.stream()));
  }

  private static Optional<Instant> oldest(Stream<Due> some) {
    return some.map(due -> due.message().mail.received()).min(Comparator.naturalOrder());
  }

  private DuePage lease(Destination destination, Instant dueBy, int limit, Predicate<Due> wanted) {
    if (fails.getAsBoolean()) {
      throw unavailable();
    }
    var groups = new LinkedHashMap<List<Object>, List<Due>>();
    Optional<Instant> left = Optional.empty();
    int taken = 0;
    for (Due due : queued(destination)) {
      if (leased.contains(due.key()) || !wanted.test(due)) {
        continue;
      }
      Instant at = due.row().recipient.nextAttempt();
      if (at.isAfter(dueBy) || taken == limit) {
        left = Optional.of(at);
        break;
      }
      taken++;
      groups
          .computeIfAbsent(List.of(due.number(), due.row().reversePath), _ -> new ArrayList<>())
          .add(due);
    }
    var consignments = new ArrayList<Consignment>();
    groups.values().forEach(group -> consignments.addAll(consignments(group)));
    consignments.forEach(this::take);
    return new DuePage(consignments, left);
  }

  private List<Consignment> consignments(List<Due> all) {
    var consignments = new ArrayList<Consignment>();
    for (int from = 0; from < all.size(); from += recipientsTogether) {
      consignments.add(
          consignment(all.subList(from, Math.min(all.size(), from + recipientsTogether))));
    }
    return consignments;
  }

  private static Consignment consignment(List<Due> group) {
    Due first = group.getFirst();
    NewMessage mail = first.message().mail;
    return new Consignment(
        first.number(),
        mail.id(),
        first.row().reversePath,
        first.row().recipient.recipient().destination(),
        group.stream().map(d -> d.row().recipient).toList(),
        mail.traits(),
        mail.received(),
        mail.header().length + (long) first.message().body.length,
        true);
  }

  @Override
  public List<DueDestination> destinations(String after, int limit) {
    if (fails.getAsBoolean()) {
      throw unavailable();
    }
    var earliest = new TreeMap<String, Instant>();
    for (Message message : disk.messages.values()) {
      for (Row row : message.rows.values()) {
        String text = row.recipient.recipient().destination().text();
        if (row.state == RecipientState.QUEUED && text.compareTo(after) > 0) {
          earliest.merge(text, row.recipient.nextAttempt(), (a, b) -> a.isBefore(b) ? a : b);
        }
      }
    }
    return earliest.entrySet().stream()
        .limit(limit)
        .map(e -> new DueDestination(new Destination(e.getKey()), e.getValue()))
        .toList();
  }

  @Override
  public MessageContent content(Consignment consignment) throws IOException {
    Message message = disk.messages.get(consignment.message());
    if (message == null || !message.open()) {
      throw new DamagedMessageException("gone");
    }
    return new StoredContent.InMemory(message.mail.header(), new StagedBody.Octets(message.body));
  }

  @Override
  public CompletionStage<Void> setAside(Consignment consignment, String reason) {
    return commit(
            () -> {
              Message message = disk.messages.get(consignment.message());
              if (message != null) {
                consignment
                    .recipients()
                    .forEach(
                        r -> {
                          Row row = message.rows.get(r.number());
                          if (row != null) {
                            row.state = RecipientState.DAMAGED;
                          }
                        });
              }
              return consignment;
            })
        .whenComplete((_, _) -> release(consignment))
        .thenAccept(_ -> {});
  }

  private Optional<Map.Entry<Long, Message>> message(QueueId id) {
    return disk.messages.entrySet().stream()
        .filter(e -> e.getValue().mail.id().equals(id) && e.getValue().open())
        .findFirst();
  }

  @Override
  public CompletionStage<Optional<Operated>> operate(
      QueueId id, Operation operation, QueueFilter among) {
    return commit(
        () -> message(id).map(found -> operate(found, operation, among, clock.instant())));
  }

  @Override
  public CompletionStage<Optional<Operated>> release(QueueId id, QueueFilter among, Instant due) {
    return commit(() -> message(id).map(found -> operate(found, Operation.RELEASE, among, due)));
  }

  @Override
  public CompletionStage<Optional<Operated>> order(QueueId id, Order order, QueueFilter among) {
    return commit(
        () ->
            message(id)
                .map(
                    found -> {
                      Operated held = operate(found, order.operation(), among, clock.instant());
                      Map<Integer, Row> rows = found.getValue().rows;
                      rows.values().stream()
                          .filter(row -> held.meant().contains(row.recipient.number()))
                          .forEach(row -> row.order = Optional.of(order));
                      return held;
                    }));
  }

  @Override
  public Map<Integer, Order> orders(QueueId id) {
    if (fails.getAsBoolean()) {
      throw unavailable();
    }
    var orders = new HashMap<Integer, Order>();
    message(id).stream()
        .flatMap(found -> found.getValue().rows.values().stream())
        .forEach(row -> row.open().ifPresent(o -> orders.put(row.recipient.number(), o)));
    return orders;
  }

  @Override
  public List<QueueId> ordered(int limit) {
    if (fails.getAsBoolean()) {
      throw unavailable();
    }
    return disk.messages.values().stream()
        .filter(m -> m.rows.values().stream().anyMatch(row -> row.open().isPresent()))
        .map(m -> m.mail.id())
        .limit(limit)
        .toList();
  }

  @Override
  public CompletionStage<Void> move(Consignment consignment, Destination to) {
    return commit(
            () -> {
              Message message = disk.messages.get(consignment.message());
              for (QueuedRecipient moved : consignment.recipients()) {
                Row row = message == null ? null : message.rows.get(moved.number());
                if (row != null && row.state.open()) {
                  row.state = RecipientState.QUEUED;
                  row.order = Optional.empty();
                  row.recipient = moved(row.recipient, to);
                }
              }
              return consignment;
            })
        .whenComplete((_, _) -> release(consignment))
        .thenAccept(_ -> {});
  }

  private QueuedRecipient moved(QueuedRecipient was, Destination to) {
    return new QueuedRecipient(
        was.number(), was.recipient().on(to), was.attempts(), was.delayReported(), clock.instant());
  }

  private static boolean means(QueueFilter among, ReversePath from, Recipient recipient) {
    String to = QueueFilter.lower(recipient.address().text());
    return among.destination().map(recipient.destination()::equals).orElse(true)
        && among
            .reversePath()
            .map(path -> QueueFilter.lower(path).equals(QueueFilter.lower(from.text())))
            .orElse(true)
        && among.address().map(address -> QueueFilter.lower(address).equals(to)).orElse(true)
        && among.domain().map(d -> to.endsWith("@" + QueueFilter.lower(d))).orElse(true);
  }

  private Operated operate(
      Map.Entry<Long, Message> found, Operation operation, QueueFilter among, Instant at) {
    Instant now = clock.instant().isAfter(at) ? clock.instant() : at;
    int changed = 0;
    var meant = new HashSet<Integer>();
    for (Row row : found.getValue().rows.values()) {
      RecipientState was = row.state;
      if (!means(among, row.reversePath, row.recipient.recipient())
          || !among.state().map(was::equals).orElse(true)) {
        continue;
      }
      if (was.open()) {
        meant.add(row.recipient.number());
      }
      boolean queued = was == RecipientState.QUEUED;
      switch (operation) {
        case HOLD, BOUNCE, MOVE -> {
          row.state = queued ? RecipientState.HELD : was;
          row.order = Optional.empty();
        }
        case RELEASE -> {
          row.state = was.open() ? RecipientState.QUEUED : was;
          row.order = Optional.empty();
        }
        case RETRY -> {}
        case REMOVE -> row.state = was.open() ? RecipientState.REMOVED : was;
      }
      boolean isDue = queued ? operation == Operation.RETRY : row.state == RecipientState.QUEUED;
      if (isDue) {
        QueuedRecipient r = row.recipient;
        row.recipient =
            new QueuedRecipient(r.number(), r.recipient(), r.attempts(), r.delayReported(), now);
      }
      changed += isDue || row.state != was ? 1 : 0;
    }
    if (!found.getValue().open()) {
      disk.messages.remove(found.getKey());
    }
    List<Destination> due =
        found.getValue().rows.values().stream()
            .filter(row -> row.state == RecipientState.QUEUED)
            .map(row -> row.recipient.recipient().destination())
            .distinct()
            .toList();
    return new Operated(meant, changed, due, now);
  }

  @Override
  public CompletionStage<List<Consignment>> lease(QueueId id) {
    return commit(
        () -> {
          var groups = new LinkedHashMap<List<Object>, List<Due>>();
          message(id)
              .ifPresent(
                  found ->
                      found.getValue().rows.values().stream()
                          .filter(r -> r.state.open())
                          .map(r -> new Due(found.getKey(), found.getValue(), r))
                          .filter(d -> !leased.contains(d.key()))
                          .forEach(
                              d ->
                                  groups
                                      .computeIfAbsent(
                                          List.of(
                                              d.row().reversePath,
                                              d.row().recipient.recipient().destination()),
                                          _ -> new ArrayList<>())
                                      .add(d)));
          var consignments = new ArrayList<Consignment>();
          groups.values().forEach(group -> consignments.addAll(consignments(group)));
          consignments.forEach(this::take);
          return consignments;
        });
  }

  @Override
  public void close() {
    alive = false;
  }
}
