package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.schedule.GroupCommit;
import net.facteur.queue.schedule.GroupCommit.Decision;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The thread that writes: the changes that wait share one transaction and one fsync, as
/// [GroupCommit] says.
final class CommitThread implements AutoCloseable {
  /// A change to the database.
  interface Change<T> {
    /// Makes it, in a transaction that others share. May be called again after [#undone].
    T apply(WriterSql sql) throws SQLException;

    /// The transaction that held it was rolled back.
    default void undone() {}

    /// True where it brings new mail, which is refused first where space is short.
    default boolean takesIn() {
      return false;
    }

    /// True where nobody waits for it, so that it may be held back a moment for company: each
    /// commit costs a sync, which new mail would wait for.
    default boolean patient() {
      return false;
    }

    /// Octets it brings, so that one transaction does not grow without bound.
    default long weight() {
      return 256;
    }
  }

  private static final Logger LOG = LogManager.getLogger(CommitThread.class);
  private static final int MOST_WAITING = 20_000;
  private static final long IDLE = 1_000_000_000;
  private static final int MOST_TOGETHER = 2_000;
  private static final long HEAVIEST = 16L << 20;
  private static final int MOST_WITHOUT_SPACE = 10;

  /// How long the writer stays awake for what was announced, in nanoseconds.
  private static final long LONGEST_NOTICE = 150_000;

  /// So long after the last one, in nanoseconds, a change comes alone.
  private static final long ALONE = 4_000_000;

  private final Engine engine;
  private final GroupCommit policy;
  private final BooleanSupplier makeRoom;
  private final LinkedBlockingQueue<Pending<?>> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final ArrayDeque<Pending<?>> urgent = new ArrayDeque<>();
  private final ArrayDeque<Pending<?>> patient = new ArrayDeque<>();
  private final Pending<Boolean> announcement = new Pending<>(_ -> true);
  private final Thread thread;
  private volatile boolean asleep;
  private volatile long lastExpected = System.nanoTime();
  private WriterSql sql;
  private volatile boolean stopping;
  private boolean broken;

  /// Room was made for what leaves: first for the log's way into the database, which frees the log.
  private boolean shrink;

  private long urgentWeight;
  private GroupCommit.Last last = GroupCommit.Last.NONE;

  /// @param policy when to commit
  /// @param makeRoom called where the disk is full; true where there may be room now
  CommitThread(Engine engine, GroupCommit policy, BooleanSupplier makeRoom) throws SQLException {
    this.engine = engine;
    this.policy = policy;
    this.makeRoom = makeRoom;
    this.sql = new WriterSql(engine, engine.openWriter());
    this.thread = Thread.ofPlatform().name("facteur-queue-writer").unstarted(this::run);
  }

  /// The connection, for whoever prepares the database before [#start].
  Connection connection() {
    return sql.connection();
  }

  void start() throws SQLException {
    sql.prepare();
    thread.start();
  }

  /// Queues a change. Never blocks.
  <T> CompletionStage<T> submit(Change<T> change) {
    var pending = new Pending<>(change);
    if (stopping || !waiting.offer(pending)) {
      pending.fail(
          new QueueUnavailableException(
              stopping ? "the queue is stopping" : "too many changes wait for the disk",
              false,
              new IllegalStateException()));
    }
    return pending.future;
  }

  /// Says that a change will come at once: a thread that sleeps takes as long to wake as the change
  /// to be made ready, so both are done at a time. In a crowd it would only take the processor from
  /// those who make their mail ready. Never blocks.
  void expect() {
    long now = System.nanoTime();
    boolean alone = now - lastExpected > ALONE;
    lastExpected = now;
    if (alone && asleep) {
      asleep = false;
      var _ = waiting.offer(announcement);
    }
  }

  private void run() {
    var batch = new ArrayList<Pending<?>>();
    while (true) {
      try {
        sortWaiting();
        switch (decide()) {
          case Decision.Sleep _ -> {
            if (stopping) {
              return;
            }
            sort(sleep(IDLE));
          }
          case Decision.SleepFor(long nanos) -> sort(sleep(nanos));
          case Decision.Gather(long nanos) -> LockSupport.parkNanos(nanos);
          case Decision.Commit(boolean withPatient) -> {
            take(batch, withPatient);
            long start = System.nanoTime();
            commit(batch);
            long end = System.nanoTime();
            last = new GroupCommit.Last(batch.size(), end - start, end);
          }
        }
      } catch (InterruptedException e) {
        stopping = true;
      } catch (RuntimeException e) {
        LOG.error("queue writer failed", e);
        batch.forEach(p -> p.fail(e));
      } finally {
        batch.clear();
      }
    }
  }

  private Decision decide() {
    if (stopping && !(urgent.isEmpty() && patient.isEmpty())) {
      return new Decision.Commit(true);
    }
    return policy.next(
        new GroupCommit.Waiting(urgent.size(), since(urgent), patient.size(), since(patient)),
        last,
        System.nanoTime());
  }

  private static long since(ArrayDeque<Pending<?>> changes) {
    Pending<?> first = changes.peek();
    return first == null ? 0 : first.since;
  }

  /// Takes over what waits, up to what one commit holds.
  private void sortWaiting() {
    while (urgent.size() + patient.size() < MOST_TOGETHER && urgentWeight < HEAVIEST) {
      Pending<?> next = waiting.poll();
      if (next == null) {
        return;
      }
      sort(next);
    }
  }

  private void sort(@Nullable Pending<?> change) {
    if (change == null) {
      return;
    }
    if (change == announcement) {
      sort(announced());
    } else if (change.change.patient()) {
      patient.add(change);
    } else {
      urgent.add(change);
      urgentWeight += change.change.weight();
    }
  }

  private @Nullable Pending<?> sleep(long nanos) throws InterruptedException {
    asleep = true;
    try {
      return waiting.poll(nanos, TimeUnit.NANOSECONDS);
    } finally {
      asleep = false;
    }
  }

  /// Stays awake for the change that was announced, in a transaction that is open.
  private @Nullable Pending<?> announced() {
    if (!urgent.isEmpty()) {
      return null;
    }
    try {
      begin();
      long until = System.nanoTime() + LONGEST_NOTICE;
      do {
        Pending<?> next = waiting.poll();
        if (next != null && next.change.patient()) {
          patient.add(next);
        } else if (next != null && next != announcement) {
          return next;
        }
        Thread.onSpinWait();
      } while (System.nanoTime() - until < 0);
      sql.commit();
    } catch (SQLException e) {
      rollBack(e);
    }
    return null;
  }

  /// Takes what belongs into a commit.
  private void take(List<Pending<?>> batch, boolean withPatient) {
    batch.addAll(urgent);
    urgent.clear();
    long weight = urgentWeight;
    urgentWeight = 0;
    while (withPatient && !patient.isEmpty() && weight < HEAVIEST) {
      Pending<?> next = patient.remove();
      weight += next.change.weight();
      batch.add(next);
    }
  }

  private void commit(List<Pending<?>> batch) {
    try {
      together(batch);
    } catch (SQLException | RuntimeException e) {
      if (e instanceof SQLException failure && engine.isFull(failure)) {
        withoutSpace(batch, failure);
      } else if (batch.size() == 1) {
        batch.getFirst().fail(e);
      } else {
        LOG.warn("queue commit of {} changes failed, trying each alone: {}", batch.size(), e);
        batch.forEach(pending -> alone(pending));
      }
    }
  }

  private boolean alone(Pending<?> pending) {
    try {
      together(List.of(pending));
      return true;
    } catch (SQLException | RuntimeException e) {
      pending.fail(e);
      return false;
    }
  }

  /// New mail is refused; the rest goes on as far as it can, since mail that leaves makes space.
  private void withoutSpace(List<Pending<?>> batch, SQLException failure) {
    LOG.warn("no space for a queue commit of {} changes: {}", batch.size(), failure.toString());
    var others = new ArrayList<Pending<?>>();
    for (Pending<?> pending : batch) {
      if (pending.change.takesIn()) {
        pending.fail(failure);
      } else {
        others.add(pending);
      }
    }
    boolean room = !others.isEmpty() && makeRoom.getAsBoolean();
    shrink = room;
    // What has just failed alone fails again, unless there is more room.
    boolean again = room || batch.size() > 1;
    int failed = 0;
    for (Pending<?> pending : others) {
      // Each failure costs a new connection.
      if (!again || failed == MOST_WITHOUT_SPACE) {
        pending.fail(failure);
      } else if (!alone(pending)) {
        failed++;
      }
    }
  }

  private void together(List<Pending<?>> batch) throws SQLException {
    try {
      begin();
      for (Pending<?> pending : batch) {
        pending.apply(sql);
      }
      sql.commit();
    } catch (SQLException | RuntimeException e) {
      rollBack(e);
      batch.forEach(Pending::undone);
      throw e;
    }
    batch.forEach(Pending::complete);
  }

  private void rollBack(Exception cause) {
    // After a refused row the connection is sound. After anything else, a full disk included (where
    // SQLite has rolled back by itself), it may not be, and a fresh one recovers from the log.
    broken = !engine.isRefusedRow(cause);
    if (cause instanceof SQLException failure) {
      engine.failed(failure);
    }
    try {
      sql.rollBack();
    } catch (SQLException e) {
      cause.addSuppressed(e);
      broken = true;
    }
  }

  private void begin() throws SQLException {
    if (broken) {
      LOG.warn("reopening the queue database");
      sql.close();
      sql = new WriterSql(engine, engine.openWriter());
      sql.prepare();
      broken = false;
    }
    if (shrink) {
      shrink = false;
      engine.shrink(sql.connection());
    }
    sql.begin();
  }

  /// Commits what waits and stops.
  @Override
  public void close() {
    stopping = true;
    // Wakes the writer; where there is no room for this, it is awake.
    var _ = waiting.offer(new Pending<>(_ -> true));
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    sql.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Pending<T> {
    private final Change<T> change;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final List<T> result = new ArrayList<>(1);
    private final long since = System.nanoTime();

    Pending(Change<T> change) {
      this.change = change;
    }

    void apply(WriterSql sql) throws SQLException {
      result.add(change.apply(sql));
    }

    void undone() {
      result.clear();
      change.undone();
    }

    void complete() {
      future.complete(result.getFirst());
    }

    void fail(Exception cause) {
      if (cause instanceof QueueUnavailableException unavailable) {
        future.completeExceptionally(unavailable);
      } else {
        boolean full = cause instanceof SQLException e && engine.isFull(e);
        future.completeExceptionally(
            new QueueUnavailableException("the queue cannot write: " + cause, full, cause));
      }
    }
  }
}
