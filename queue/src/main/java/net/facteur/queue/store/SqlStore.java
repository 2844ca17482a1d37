package net.facteur.queue.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageContent;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.RecipientState;
import net.facteur.queue.StagedBody;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// A queue in a SQL database.
public abstract sealed class SqlStore implements QueueStore permits SqliteStore, PostgresStore {
  private static final Logger LOG = LogManager.getLogger(SqlStore.class);
  private static final int READERS = 3;
  private static final int BODY_THREADS = 8;
  private static final int FORGET_TOGETHER = 500;
  private static final byte[] NOTHING = {};

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
  private final ExecutorService bodyThreads;
  private final ScheduledExecutorService upkeep;

  /// @param staging where bodies are collected
  SqlStore(
      QueueSettings settings,
      InstantSource clock,
      FileChannel lockFile,
      Engine engine,
      BodyFiles staging,
      Keeping keeping)
      throws IOException, SQLException {
    this.settings = settings;
    this.clock = clock;
    this.lockFile = lockFile;
    this.engine = engine;
    this.staging = staging;
    this.space = new SpaceGauge(settings.directory(), settings.storage().minimumFree());
    this.writer = new CommitThread(engine);
    engine.migrate(writer.connection());
    // The database and its log may be new names.
    BodyFiles.syncDirectory(settings.directory());
    engine.beat();
    writer.start();
    this.readers = new ReaderPool(engine::openReader, READERS);
    this.leasers = new ReaderPool(engine::openLeaser, READERS);
    this.bodies = keeping.bodies(staging, readers);
    this.inspector = new SqlInspector(readers, bodies::content, clock);
    this.bodyThreads =
        Executors.newFixedThreadPool(
            BODY_THREADS, Thread.ofPlatform().daemon().name("facteur-queue-body-", 1).factory());
    this.upkeep =
        Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().daemon().name("facteur-queue-upkeep-", 1).factory());
  }

  /// Says where large bodies are kept.
  interface Keeping {
    KeptBodies bodies(BodyFiles files, ReaderPool readers);
  }

  /// Makes the queue's directory, and takes it for this process.
  ///
  /// @throws IOException where another process has it
  static FileChannel takeDirectory(Path directory) throws IOException {
    boolean fresh = !Files.isDirectory(directory);
    Files.createDirectories(directory);
    if (fresh && directory.getParent() != null) {
      BodyFiles.syncDirectory(directory.getParent());
    }
    return lock(directory.resolve("lock"));
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Optional<FileLock> lock = Optional.empty();
    try {
      lock = Optional.ofNullable(channel.tryLock());
    } catch (java.nio.channels.OverlappingFileLockException e) {
      LOG.debug("this process has the queue open already", e);
    }
    if (lock.isEmpty()) {
      channel.close();
      throw new IOException("another server has the queue " + file.getParent() + " open");
    }
    return channel;
  }

  void startUpkeep() throws IOException {
    // Listed before any new message can add a file; a name is never used again.
    List<String> before = bodies.names();
    upkeep.execute(() -> sweep(before));
    var _ = upkeep.scheduleWithFixedDelay(space::look, 1, 1, TimeUnit.SECONDS);
    var _ = upkeep.scheduleWithFixedDelay(this::forgetHistory, 10, 60, TimeUnit.SECONDS);
    engine
        .lookAgain()
        .ifPresent(
            pause -> {
              var _ =
                  upkeep.scheduleAtFixedRate(
                      this::beat, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
            });
  }

  private void beat() {
    try {
      engine.beat();
    } catch (SQLException | RuntimeException e) {
      LOG.error("this node cannot say that it lives: {}", e.toString());
    }
  }

  @Override
  public boolean holdsLeases() {
    return engine.alive();
  }

  @Override
  public Optional<Duration> lookAgain() {
    return engine.lookAgain();
  }

  private void sweep(List<String> names) {
    try {
      for (String name : names) {
        if (!hasRow(name)) {
          LOG.info("removing body file {} of a message that was never accepted or has left", name);
          bodies.remove(name);
        }
      }
    } catch (RuntimeException e) {
      LOG.error("the sweep of body files stopped", e);
    }
  }

  private boolean hasRow(String bodyFile) {
    String id = bodyFile.substring(bodyFile.lastIndexOf('/') + 1);
    return readers.read(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT 1 FROM message JOIN content USING (seq)"
                      + " WHERE id = ? AND body_file IS NOT NULL")) {
            s.setString(1, id);
            try (ResultSet rows = s.executeQuery()) {
              return rows.next();
            }
          }
        });
  }

  private void forgetHistory() {
    try {
      Instant before = clock.instant().minus(settings.storage().history());
      int forgotten;
      do {
        forgotten =
            writer.submit(sql -> sql.forget(before, FORGET_TOGETHER)).toCompletableFuture().join();
      } while (forgotten == FORGET_TOGETHER);
    } catch (RuntimeException e) {
      LOG.warn("old history stays for now: {}", e.toString());
    }
  }

  @Override
  public BodyStage stage() {
    return new SpillingStage(staging, settings.storage().stagingThreshold());
  }

  @Override
  public boolean full() {
    return space.full();
  }

  @Override
  public CompletionStage<List<Consignment>> put(NewMessage message) {
    if (message.body() instanceof StagedBody.Octets(byte[] octets)
        && octets.length <= settings.storage().stagingThreshold()) {
      return noticeFull(writer.submit(new Put(message, octets, Optional.empty())));
    }
    return noticeFull(
        keepBody(message)
            .thenCompose(
                name ->
                    writer
                        .submit(new Put(message, NOTHING, Optional.of(name)))
                        .whenComplete(
                            (_, failure) -> {
                              if (failure != null) {
                                bodies.remove(name);
                              }
                            })));
  }

  private CompletableFuture<String> keepBody(NewMessage message) {
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
  public CompletionStage<List<Consignment>> settle(Settlement settlement) {
    var settle = new Settle(settlement);
    return noticeFull(
        writer
            .submit(settle)
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
                  engine.page(
                      connection, query, settings.load().recipientsPerAttempt(), watch));
      for (Consignment consignment : page.consignments()) {
        leases.take(consignment, watch).ifPresent(taken::add);
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
    return noticeFull(
        writer
            .submit(sql -> operate(sql, id, operation, among))
            .thenApply(
                operated -> {
                  operated
                      .flatMap(Removed::bodyFile)
                      .ifPresent(name -> bodyThreads.execute(() -> bodies.remove(name)));
                  return operated.map(Removed::operated);
                }));
  }

  /// @param bodyFile to remove, the message having left
  private record Removed(Operated operated, Optional<String> bodyFile) {}

  private Optional<Removed> operate(
      WriterSql sql, QueueId id, Operation operation, QueueFilter among) throws SQLException {
    OptionalLong message = OperatorSql.queued(sql.connection(), id);
    if (message.isEmpty()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    long seq = message.getAsLong();
    int changed = OperatorSql.change(sql.connection(), seq, operation, among, now);
    var operated = new Operated(changed, OperatorSql.destinations(sql.connection(), seq), now);
    return Optional.of(new Removed(operated, sql.finish(seq, now)));
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
    return noticeFull(writer.submit(new LeaseMessage(id)));
  }

  private final class LeaseMessage implements CommitThread.Change<List<Consignment>> {
    private final QueueId id;
    private final List<Consignment> taken = new ArrayList<>();

    LeaseMessage(QueueId id) {
      this.id = id;
    }

    @Override
    public List<Consignment> apply(WriterSql sql) throws SQLException {
      OptionalLong message = OperatorSql.queued(sql.connection(), id);
      if (message.isPresent()) {
        engine
            .message(sql.connection(), message.getAsLong(), settings.load().recipientsPerAttempt())
            .forEach(consignment -> leases.takeFree(consignment).ifPresent(taken::add));
      }
      return List.copyOf(taken);
    }

    @Override
    public void undone() {
      taken.forEach(leases::free);
      taken.clear();
    }
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
    upkeep.shutdownNow();
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
    try {
      lockFile.close();
    } catch (IOException e) {
      LOG.warn("closing the queue's lock: {}", e.toString());
    }
  }

  private List<Consignment> insert(
      WriterSql sql, NewMessage mail, byte[] octets, Optional<String> bodyFile)
      throws SQLException {
    List<Consignment> consignments =
        Grouping.group(mail, sql.nextMessage(), settings.load().recipientsPerAttempt());
    // Before the commit, since a reader may see the rows right after it.
    consignments.forEach(leases::take);
    try {
      sql.insert(mail, consignments, octets, bodyFile);
    } catch (SQLException e) {
      consignments.forEach(leases::free);
      throw e;
    }
    return consignments;
  }

  private final class Put implements CommitThread.Change<List<Consignment>> {
    private final NewMessage message;
    private final byte[] octets;
    private final Optional<String> bodyFile;
    private List<Consignment> consignments = List.of();

    Put(NewMessage message, byte[] octets, Optional<String> bodyFile) {
      this.message = message;
      this.octets = octets;
      this.bodyFile = bodyFile;
    }

    @Override
    public List<Consignment> apply(WriterSql sql) throws SQLException {
      consignments = insert(sql, message, octets, bodyFile);
      return consignments;
    }

    @Override
    public void undone() {
      consignments.forEach(leases::free);
      consignments = List.of();
    }

    @Override
    public boolean takesIn() {
      return true;
    }

    @Override
    public long weight() {
      return 512L + message.header().length + octets.length;
    }
  }

  /// @param bodyFile to remove, the message having left
  private record Settled(List<Consignment> reports, Optional<String> bodyFile) {}

  private final class Settle implements CommitThread.Change<Settled> {
    private final Settlement settlement;
    private final List<Consignment> reports = new ArrayList<>();

    Settle(Settlement settlement) {
      this.settlement = settlement;
    }

    @Override
    public Settled apply(WriterSql sql) throws SQLException {
      boolean mayEnd = false;
      for (Settlement.Entry entry : settlement.entries()) {
        sql.settle(settlement, entry);
        mayEnd |= entry.fate() instanceof Settlement.Fate.Leaves;
      }
      for (NewMessage report : settlement.reports()) {
        reports.addAll(insert(sql, report, octets(report), Optional.empty()));
      }
      long message = settlement.consignment().message();
      Optional<String> bodyFile = mayEnd ? sql.finish(message, clock.instant()) : Optional.empty();
      return new Settled(List.copyOf(reports), bodyFile);
    }

    @Override
    public void undone() {
      reports.forEach(leases::free);
      reports.clear();
    }

    @Override
    public boolean patient() {
      // A report is new mail, and an outcome without one is lost at the price of a repetition.
      return settlement.reports().isEmpty();
    }

    @Override
    public long weight() {
      return 512
          + settlement.reports().stream().mapToLong(r -> r.header().length + r.body().size()).sum();
    }

    /// A report's body is made by the report writer, in memory, so reading it blocks nobody.
    private static byte[] octets(NewMessage report) {
      try (InputStream in = report.body().open()) {
        return report.body() instanceof StagedBody.Octets(byte[] all) ? all : in.readAllBytes();
      } catch (IOException e) {
        throw new QueueUnavailableException("the report cannot be read", false, e);
      }
    }
  }
}
