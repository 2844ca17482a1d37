package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MoreRecipients;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.RecipientState;
import net.facteur.queue.Refusal;
import net.facteur.queue.StagedBody;
import net.facteur.queue.schedule.GroupCommit;
import net.facteur.queue.store.Ages;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DamagedMessageException;
import net.facteur.queue.store.DueDestination;
import net.facteur.queue.store.DuePage;
import net.facteur.queue.store.Operated;
import net.facteur.queue.store.Operation;
import net.facteur.queue.store.Order;
import net.facteur.queue.store.QueueStore;
import net.facteur.queue.store.QueuedRecipient;
import net.facteur.queue.store.Settlement;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// A queue in a SQL database.
public abstract sealed class SqlStore implements QueueStore permits SqliteStore, PostgresStore {
  private static final Logger LOG = LogManager.getLogger(SqlStore.class);
  private static final int READERS = 3;
  private static final int BODY_THREADS = 8;

  private final QueueSettings settings;
  private final InstantSource clock;
  private final FileChannel lockFile;
  private final Engine engine;
  private final BodyFiles staging;
  private final KeptBodies bodies;
  private final SpaceGauge space;
  private final CommitThread writer;
  private final ReaderPool readers;
  private final ReaderPool leasers;
  private final SqlInspector inspector;
  private final Leases leases = new Leases();
  private final RefusalRows.Ration refusals = new RefusalRows.Ration();
  private final ExecutorService bodyThreads;
  private final StoreMaintenance maintenance;
  private final StoreChanges changes;

  /// The last message that was there before this process.
  private final long inherited;

  /// @param policy when to commit
  /// @param staging where bodies are collected
  SqlStore(
      QueueSettings settings,
      InstantSource clock,
      FileChannel lockFile,
      Engine engine,
      GroupCommit policy,
      BodyFiles staging,
      Keeping keeping)
      throws IOException, SQLException {
    this.settings = settings;
    this.clock = clock;
    this.lockFile = lockFile;
    this.engine = engine;
    this.staging = staging;
    this.space = new SpaceGauge(settings.directory(), settings.storage().minimumFree());
    this.writer = new CommitThread(engine, policy, space::useReserve);
    migrate(engine, writer.connection());
    // The database and its log may be new names.
    PrivateFiles.sync(settings.directory());
    engine.beat();
    this.inherited = last(writer.connection());
    writer.start();
    this.readers = new ReaderPool(engine::openReader, READERS, engine::failed);
    this.leasers = new ReaderPool(engine::openLeaser, READERS, engine::failed);
    this.bodies = keeping.bodies(staging, readers);
    this.inspector = new SqlInspector(readers, bodies::content, clock);
    this.bodyThreads =
        Executors.newFixedThreadPool(
            BODY_THREADS, Thread.ofPlatform().daemon().name("facteur-queue-body-", 1).factory());
    this.maintenance =
        new StoreMaintenance(
            engine, bodies, space, readers, writer, settings.storage().history(), clock);
    this.changes = new StoreChanges(engine, leases, settings.load().recipientsPerAttempt(), clock);
  }

  private static void migrate(Engine engine, Connection connection) throws SQLException {
    boolean present = false;
    try {
      engine.migrate(connection);
      present = true;
    } finally {
      if (!present) {
        connection.close(); // leaves no log beside what a newer version wrote
      }
    }
  }

  private static long last(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT max(seq) FROM message")) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /// Says where large bodies are kept.
  interface Keeping {
    KeptBodies bodies(BodyFiles files, ReaderPool readers);
  }

  /// Looks through the queue for what a flipped bit hid, as is done once a day.
  void inspect() {
    maintenance.inspect();
  }

  void startMaintenance() throws IOException {
    maintenance.start();
  }

  @Override
  public boolean holdsLeases() {
    return engine.alive();
  }

  @Override
  public int sharers() {
    return engine.nodes();
  }

  @Override
  public Optional<Duration> lookAgain() {
    return engine.lookAgain();
  }

  @Override
  public BodyStage stage() {
    return new SpillingStage(staging, settings.storage().stagingThreshold(), space::full);
  }

  @Override
  public boolean full() {
    return space.full();
  }

  @Override
  public boolean full(long octets) {
    return space.full(octets);
  }

  @Override
  public void expect() {
    writer.expect();
  }

  @Override
  public CompletionStage<List<Consignment>> put(NewMessage message) {
    if (message.body() instanceof StagedBody.Octets(byte[] octets)
        && octets.length <= settings.storage().stagingThreshold()) {
      return noticeFull(writer.submit(changes.put(message, octets)));
    }
    return noticeFull(
        keepBody(message)
            .thenCompose(
                body ->
                    writer
                        .submit(changes.put(message, body))
                        .whenComplete(
                            (_, failure) -> {
                              if (failure != null) {
                                bodies.remove(body.name());
                              }
                            })));
  }

  @Override
  public CompletionStage<Extended> extend(MoreRecipients more) {
    return noticeFull(writer.submit(changes.extend(more)));
  }

  private CompletableFuture<KeptBodies.Kept> keepBody(NewMessage message) {
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return bodies.keep(message.body(), message.id());
            } catch (IOException e) {
              message.body().discard();
              throw new QueueUnavailableException(
                  "the body cannot be kept: " + e.getMessage(), full() || isFull(e), e);
            }
          },
          bodyThreads);
    } catch (RejectedExecutionException e) {
      message.body().discard();
      return CompletableFuture.failedFuture(
          new QueueUnavailableException("the queue is stopping", false, e));
    }
  }

  private static boolean isFull(IOException failure) {
    String reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
    return reason != null && reason.contains("No space left");
  }

  private <T> CompletionStage<T> noticeFull(CompletionStage<T> stage) {
    return stage.exceptionally(
        failure -> {
          Throwable cause =
              failure instanceof CompletionException wrapped && wrapped.getCause() != null
                  ? wrapped.getCause()
                  : failure;
          var unavailable =
              cause instanceof QueueUnavailableException e
                  ? e
                  : new QueueUnavailableException("the queue failed: " + cause, false, cause);
          if (unavailable.full()) {
            space.sawFull();
          }
          LOG.warn("a change to the queue failed: {}", unavailable.getMessage());
          throw unavailable;
        });
  }

  @Override
  public void note(Refusal refusal) {
    if (refusals.mayNote(refusal.at())) {
      writer
          .submit(new RefusalRows.Note(refusal))
          .whenComplete(
              (_, failure) -> {
                if (failure != null) {
                  LOG.warn("a refusal is not remembered: {}", failure.getMessage());
                }
              });
    }
  }

  @Override
  public CompletionStage<List<Consignment>> settle(Settlement settlement) {
    return noticeFull(
        writer
            .submit(changes.settle(settlement))
            .thenApply(
                settled -> {
                  leases.free(settlement.consignment());
                  settled
                      .bodyFile()
                      .ifPresent(name -> bodyThreads.execute(() -> bodies.remove(name)));
                  return settled.reports();
                }));
  }

  @Override
  public DuePage lease(Destination destination, Instant dueBy, int limit) {
    return lease(new PageQuery(destination, dueBy, Optional.empty(), limit));
  }

  @Override
  public DuePage leaseOld(Destination destination, Instant dueBy, Ages acceptedBy, int limit) {
    return lease(new PageQuery(destination, dueBy, Optional.of(acceptedBy), limit));
  }

  @Override
  public Ages ages(Destination destination) {
    return readers.read(connection -> DueRows.ages(connection, destination));
  }

  private DuePage lease(PageQuery query) {
    DueRows.Page page;
    var taken = new ArrayList<Consignment>();
    try (Leases.Watch watch = leases.watch(query.destination())) {
      page =
          leasers.read(
              connection ->
                  engine.page(connection, query, settings.load().recipientsPerAttempt(), watch));
      for (Consignment consignment : page.consignments()) {
        leases.take(consignment, watch).map(this::judged).ifPresent(taken::add);
      }
    }
    for (DueRows.Damaged row : page.damaged()) {
      LOG.error(
          "recipient {} of message number {} set aside: {}",
          row.number(),
          row.message(),
          row.reason());
      noticeFull(
          writer.submit(
              sql -> sql.move(row.message(), row.number(), "queued", "damaged", row.reason())));
    }
    return new DuePage(taken, page.nextDue());
  }

  /// What this process accepted and nobody shares, nobody else has attempted.
  private Consignment judged(Consignment consignment) {
    return consignment.message() > inherited && lookAgain().isEmpty()
        ? consignment.unrepeated()
        : consignment;
  }

  @Override
  public void release(Consignment consignment) {
    leases.free(consignment);
  }

  @Override
  public List<DueDestination> destinations(String after, int limit) {
    return readers.read(connection -> DueRows.destinations(connection, after, limit));
  }

  @Override
  public MessageContent content(Consignment consignment) throws IOException {
    Optional<ContentRow> row;
    try {
      row = readers.read(connection -> ContentRow.read(connection, consignment.message()));
    } catch (QueueUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (row.isEmpty()) {
      throw new DamagedMessageException("the content row is gone");
    }
    return bodies.content(row.get());
  }

  @Override
  public CompletionStage<Void> setAside(Consignment consignment, String reason) {
    return noticeFull(
        writer
            .submit(
                sql -> {
                  for (QueuedRecipient recipient : consignment.recipients()) {
                    sql.move(
                        consignment.message(),
                        recipient.number(),
                        "queued,held",
                        RecipientState.DAMAGED.word(),
                        reason);
                  }
                  return consignment;
                })
            .whenComplete((_, _) -> leases.free(consignment))
            .thenAccept(_ -> {}));
  }

  @Override
  public CompletionStage<Optional<Operated>> operate(
      QueueId id, Operation operation, QueueFilter among) {
    return operated(changes.operate(id, operation, among));
  }

  @Override
  public CompletionStage<Optional<Operated>> release(QueueId id, QueueFilter among, Instant due) {
    return operated(changes.release(id, among, due));
  }

  private CompletionStage<Optional<Operated>> operated(
      CommitThread.Change<Optional<StoreChanges.Removed>> change) {
    return noticeFull(
        writer
            .submit(change)
            .thenApply(
                operated -> {
                  operated
                      .flatMap(StoreChanges.Removed::bodyFile)
                      .ifPresent(name -> bodyThreads.execute(() -> bodies.remove(name)));
                  return operated.map(StoreChanges.Removed::operated);
                }));
  }

  @Override
  public CompletionStage<Optional<Operated>> order(QueueId id, Order order, QueueFilter among) {
    return noticeFull(writer.submit(changes.order(id, order, among)));
  }

  @Override
  public Map<Integer, Order> orders(QueueId id) {
    return readers.read(connection -> OperatorSql.orders(connection, id));
  }

  @Override
  public List<QueueId> ordered(int limit) {
    return readers.read(connection -> OperatorSql.ordered(connection, limit));
  }

  @Override
  public CompletionStage<Void> move(Consignment consignment, Destination to) {
    return noticeFull(
        writer
            .submit(
                sql -> {
                  OperatorSql.move(sql.connection(), consignment, to, clock.instant());
                  return consignment;
                })
            .whenComplete((_, _) -> leases.free(consignment))
            .thenAccept(_ -> {}));
  }

  @Override
  public CompletionStage<List<Consignment>> lease(QueueId id) {
    return noticeFull(
        writer
            .submit(changes.lease(id))
            .thenApply(leased -> leased.stream().map(this::judged).toList()));
  }

  /// What an operator can see.
  public QueueInspector inspector() {
    return inspector;
  }

  private void beatNoMore() {
    try {
      engine.leave();
    } catch (SQLException | RuntimeException e) {
      LOG.warn("others will notice later that this node is gone: {}", e.toString());
    }
  }

  @Override
  public void close() {
    maintenance.close();
    bodyThreads.shutdown();
    try {
      if (!bodyThreads.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("large bodies are still being written while the queue stops");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    readers.close();
    leasers.close();
    writer.close();
    beatNoMore();
    engine.stopped();
    try {
      lockFile.close();
    } catch (IOException e) {
      LOG.warn("closing the queue's lock: {}", e.toString());
    }
  }
}
