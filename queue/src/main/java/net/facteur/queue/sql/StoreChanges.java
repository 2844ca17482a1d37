package net.facteur.queue.sql;

import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.facteur.queue.MoreRecipients;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.StagedBody;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.Grouping;
import net.facteur.queue.store.Operated;
import net.facteur.queue.store.Operation;
import net.facteur.queue.store.Order;
import net.facteur.queue.store.QueueStore;
import net.facteur.queue.store.Settlement;

/// The changes of a store that take or free leases, so that those follow what is committed.
final class StoreChanges {
  private static final byte[] NOTHING = {};

  private final Engine engine;
  private final Leases leases;
  private final int together;
  private final InstantSource clock;

  /// @param together the most recipients of one consignment
  StoreChanges(Engine engine, Leases leases, int together, InstantSource clock) {
    this.engine = engine;
    this.leases = leases;
    this.together = together;
    this.clock = clock;
  }

  /// Keeps a message whose body goes into its row.
  CommitThread.Change<List<Consignment>> put(NewMessage message, byte[] octets) {
    long sum = Sums.content(message.id(), message.header(), Sums.body(octets));
    return new Put(message, octets, Optional.empty(), sum);
  }

  /// Keeps a message whose body is kept elsewhere.
  CommitThread.Change<List<Consignment>> put(NewMessage message, KeptBodies.Kept body) {
    long sum = Sums.content(message.id(), message.header(), body.sum());
    return new Put(message, NOTHING, Optional.of(body.name()), sum);
  }

  /// Adds recipients to a message.
  CommitThread.Change<QueueStore.Extended> extend(MoreRecipients more) {
    return new Extend(more);
  }

  /// Ends an attempt.
  CommitThread.Change<Settled> settle(Settlement settlement) {
    return new Settle(settlement);
  }

  /// Leases the open recipients of a message.
  CommitThread.Change<List<Consignment>> lease(QueueId id) {
    return new TakeMessage(id);
  }

  /// Does what an operator wants.
  CommitThread.Change<Optional<Removed>> operate(
      QueueId id, Operation operation, QueueFilter among) {
    return sql -> operate(sql, id, operation, among, clock.instant());
  }

  /// Queues what is held, to be tried at `due`, or at once if that is past.
  CommitThread.Change<Optional<Removed>> release(QueueId id, QueueFilter among, Instant due) {
    return sql -> {
      Instant now = clock.instant();
      return operate(sql, id, Operation.RELEASE, among, due.isBefore(now) ? now : due);
    };
  }

  /// Holds recipients for an order.
  CommitThread.Change<Optional<Operated>> order(QueueId id, Order order, QueueFilter among) {
    return sql -> {
      OptionalLong message = OperatorSql.queued(sql.connection(), id);
      if (message.isEmpty()) {
        return Optional.empty();
      }
      Instant now = clock.instant();
      long seq = message.getAsLong();
      Set<Integer> meant = OperatorSql.meant(sql.connection(), seq, among);
      int held = OperatorSql.order(sql.connection(), seq, order, among, meant.size(), now);
      return Optional.of(
          new Operated(meant, held, OperatorSql.destinations(sql.connection(), seq), now));
    };
  }

  /// @param bodyFile to remove, the message having left
  record Removed(Operated operated, Optional<String> bodyFile) {}

  private Optional<Removed> operate(
      WriterSql sql, QueueId id, Operation operation, QueueFilter among, Instant due)
      throws SQLException {
    OptionalLong message = OperatorSql.queued(sql.connection(), id);
    if (message.isEmpty()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    long seq = message.getAsLong();
    Set<Integer> meant = OperatorSql.meant(sql.connection(), seq, among);
    int changed = OperatorSql.change(sql.connection(), seq, operation, among, now, due);
    var operated =
        new Operated(meant, changed, OperatorSql.destinations(sql.connection(), seq), due);
    return Optional.of(new Removed(operated, sql.finish(seq, now)));
  }

  private final class TakeMessage implements CommitThread.Change<List<Consignment>> {
    private final QueueId id;
    private final List<Consignment> taken = new ArrayList<>();

    TakeMessage(QueueId id) {
      this.id = id;
    }

    @Override
    public List<Consignment> apply(WriterSql sql) throws SQLException {
      OptionalLong message = OperatorSql.queued(sql.connection(), id);
      if (message.isPresent()) {
        engine
            .message(sql.connection(), message.getAsLong(), together)
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

  private List<Consignment> insert(
      WriterSql sql, NewMessage mail, byte[] octets, Optional<String> bodyFile, long sum)
      throws SQLException {
    List<Consignment> consignments = Grouping.group(mail, sql.nextMessage(), together);
    if (mail.held()) {
      sql.insert(mail, consignments, octets, bodyFile, sum);
      return List.of();
    }
    // Before the commit, since a reader may see the rows right after it.
    consignments.forEach(leases::take);
    try {
      sql.insert(mail, consignments, octets, bodyFile, sum);
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
    private final long sum;
    private List<Consignment> consignments = List.of();

    Put(NewMessage message, byte[] octets, Optional<String> bodyFile, long sum) {
      this.message = message;
      this.octets = octets;
      this.bodyFile = bodyFile;
      this.sum = sum;
    }

    @Override
    public List<Consignment> apply(WriterSql sql) throws SQLException {
      consignments = insert(sql, message, octets, bodyFile, sum);
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

  private final class Extend implements CommitThread.Change<QueueStore.Extended> {
    private final MoreRecipients more;
    private List<Consignment> consignments = List.of();

    Extend(MoreRecipients more) {
      this.more = more;
    }

    @Override
    public QueueStore.Extended apply(WriterSql sql) throws SQLException {
      Optional<WriterSql.LastRecipient> last = sql.lastRecipient(more.id());
      if (last.isEmpty()) {
        return QueueStore.Extended.not(new MoreRecipients.Outcome.Gone());
      }
      if (!last.get().reversePath().equals(more.after())) {
        return QueueStore.Extended.not(new MoreRecipients.Outcome.Behind(last.get().reversePath()));
      }
      consignments = Grouping.group(more, last.get().message(), last.get().number() + 1, together);
      consignments.forEach(leases::take);
      try {
        sql.insert(consignments);
      } catch (SQLException e) {
        undone();
        throw e;
      }
      return new QueueStore.Extended(new MoreRecipients.Outcome.Added(), consignments);
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
      return 512L + more.envelopes().size() * 256L;
    }
  }

  /// @param bodyFile to remove, the message having left
  record Settled(List<Consignment> reports, Optional<String> bodyFile) {}

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
        byte[] octets = octets(report);
        long sum = Sums.content(report.id(), report.header(), Sums.body(octets));
        reports.addAll(insert(sql, report, octets, Optional.empty(), sum));
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
