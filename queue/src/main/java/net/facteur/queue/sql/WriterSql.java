package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.RecipientState;
import net.facteur.queue.Refusal;
import net.facteur.queue.ReversePath;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.QueuedRecipient;
import net.facteur.queue.store.Settlement;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The writer's connection and its prepared statements. Used by one thread.
final class WriterSql implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(WriterSql.class);

  private final Engine engine;
  private final Connection connection;
  private final List<PreparedStatement> prepared = new ArrayList<>();
  private Optional<Statements> statements = Optional.empty();
  private Optional<Engine.Numbers> numbers = Optional.empty();
  private Optional<Engine.Transactions> transactions = Optional.empty();

  WriterSql(Engine engine, Connection connection) {
    this.engine = engine;
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  /// Prepares the statements, once the tables are there, and turns transactions on.
  void prepare() throws SQLException {
    numbers = Optional.of(engine.numbers(connection));
    statements = Optional.of(new Statements());
    transactions = Optional.of(engine.transactions(connection));
  }

  /// Begins a transaction, unless one is open.
  void begin() throws SQLException {
    transactions.orElseThrow().begin();
  }

  /// Ends the transaction; when this returns it is on disk.
  void commit() throws SQLException {
    flush();
    transactions.orElseThrow().commit();
  }

  /// The number for the next message.
  long nextMessage() throws SQLException {
    return numbers.orElseThrow().next();
  }

  /// A statement that lives as long as the connection.
  PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    prepared.add(statement);
    return statement;
  }

  private Statements statements() {
    return statements.orElseThrow();
  }

  /// @param bodyFile where the body is kept, empty for one that goes into the row
  /// @param sum of the content, of [Sums]
  void insert(
      NewMessage mail,
      List<Consignment> consignments,
      byte[] body,
      Optional<String> bodyFile,
      long sum)
      throws SQLException {
    Consignment first = consignments.getFirst();
    int recipients = consignments.stream().mapToInt(c -> c.recipients().size()).sum();
    insertMessage(mail, first.message(), first.size(), recipients);
    PreparedStatement s = statements().insertContent;
    s.setLong(1, first.message());
    s.setBytes(2, mail.header());
    if (bodyFile.isPresent()) {
      s.setNull(3, Types.BINARY);
      s.setString(5, bodyFile.get());
    } else {
      s.setBytes(3, body);
      s.setNull(5, Types.VARCHAR);
    }
    s.setLong(4, mail.body().size());
    s.setLong(6, sum);
    send(s);
    var shared = Sums.Mail.of(mail.id(), mail.received().toEpochMilli(), mail.traits());
    for (Consignment consignment : consignments) {
      for (QueuedRecipient recipient : consignment.recipients()) {
        insertRecipient(consignment, recipient, mail.held(), shared);
      }
    }
  }

  /// Keeps recipients of a message that is there.
  void insert(List<Consignment> consignments) throws SQLException {
    Consignment first = consignments.getFirst();
    PreparedStatement more = statements().moreRecipients;
    more.setInt(1, consignments.stream().mapToInt(c -> c.recipients().size()).sum());
    more.setLong(2, first.message());
    more.executeUpdate();
    var shared = Sums.Mail.of(first.id(), first.received().toEpochMilli(), first.traits());
    for (Consignment consignment : consignments) {
      for (QueuedRecipient recipient : consignment.recipients()) {
        insertRecipient(consignment, recipient, false, shared);
      }
    }
  }

  /// The recipient of a message that was added last.
  ///
  /// @param message the store's number
  record LastRecipient(long message, int number, ReversePath reversePath) {}

  /// Empty where no such message is queued.
  Optional<LastRecipient> lastRecipient(QueueId id) throws SQLException {
    // recipients that wait to be sent together come before what is read here
    flush();
    PreparedStatement s = statements().lastRecipient;
    s.setString(1, id.text());
    try (ResultSet row = s.executeQuery()) {
      return row.next()
          ? Optional.of(
              new LastRecipient(
                  row.getLong(1), row.getInt(2), RowText.reversePath(row.getString(3))))
          : Optional.empty();
    }
  }

  private void insertMessage(NewMessage mail, long message, long size, int recipients)
      throws SQLException {
    MessageTraits traits = mail.traits();
    PreparedStatement s = statements().insertMessage;
    s.setLong(1, message);
    s.setString(2, mail.id().text());
    s.setLong(3, mail.received().toEpochMilli());
    s.setString(4, mail.origin());
    s.setLong(5, size);
    s.setString(6, traits.body().keyword());
    s.setInt(7, traits.smtpUtf8() ? 1 : 0);
    s.setInt(8, traits.requireTls() ? 1 : 0);
    text(s, 9, traits.returned().map(MessageTraits.Returned::name));
    text(s, 10, traits.envelopeId());
    s.setString(11, traits.priority().name());
    text(s, 12, MessageIdField.of(mail.header()));
    text(s, 13, RowText.facts(mail.facts()));
    text(s, 14, mail.account());
    s.setInt(15, recipients);
    send(s);
  }

  private void insertRecipient(
      Consignment consignment, QueuedRecipient queued, boolean held, Sums.Mail mail)
      throws SQLException {
    Recipient recipient = queued.recipient();
    List<Optional<String>> columns =
        List.of(
            Optional.of(consignment.reversePath().text()),
            Optional.of(recipient.address().text()),
            Optional.of(consignment.destination().text()),
            RowText.notifyOn(recipient.notifyOn()),
            recipient.originalRecipient(),
            RowText.addresses(recipient.forwarders()));
    PreparedStatement s = statements().insertRecipient;
    s.setLong(1, consignment.message());
    s.setInt(2, queued.number());
    for (int column = 0; column < columns.size(); column++) {
      text(s, column + 3, columns.get(column));
    }
    s.setLong(9, queued.nextAttempt().toEpochMilli());
    s.setString(10, (held ? RecipientState.HELD : RecipientState.QUEUED).word());
    s.setLong(11, Sums.envelope(mail, queued.number(), columns));
    send(s);
  }

  /// Executes an insertion, now or in [#flush]; nothing else in its transaction may depend on it.
  private void send(PreparedStatement insertion) throws SQLException {
    if (engine.sendsTogether()) {
      insertion.addBatch();
    } else {
      insertion.executeUpdate();
    }
  }

  /// Executes what waits.
  private void flush() throws SQLException {
    if (engine.sendsTogether()) {
      for (PreparedStatement insertion : statements().insertions) {
        insertion.executeBatch();
      }
    }
  }

  /// Undoes what was done since the last commit.
  void rollBack() throws SQLException {
    if (transactions.isPresent()) {
      transactions.get().rollBack();
    }
    if (statements.isPresent()) {
      for (PreparedStatement insertion : statements().insertions) {
        insertion.clearBatch();
      }
    }
  }

  /// Writes one recipient's attempt and what becomes of it.
  void settle(Settlement settlement, Settlement.Entry entry) throws SQLException {
    long message = settlement.consignment().message();
    int number = entry.recipient().number();
    String last = entry.outcome().status() + " " + RowText.line(entry.outcome().reply());
    switch (entry.fate()) {
      case Settlement.Fate.Retry(Instant next, boolean reported) -> {
        PreparedStatement s = statements().retry;
        s.setLong(1, next.toEpochMilli());
        s.setInt(2, entry.recipient().attempts() + 1);
        s.setInt(3, reported ? 1 : 0);
        s.setString(4, last);
        s.setLong(5, message);
        s.setInt(6, number);
        s.executeUpdate();
      }
      case Settlement.Fate.Leaves(Settlement.Ending ending) -> {
        PreparedStatement s = statements().leave;
        s.setString(1, ending.word());
        s.setInt(2, entry.recipient().attempts() + 1);
        s.setString(3, last);
        s.setLong(4, message);
        s.setInt(5, number);
        s.executeUpdate();
      }
    }
    if (settlement.attempted()) {
      insertAttempt(settlement, entry);
    }
  }

  private void insertAttempt(Settlement settlement, Settlement.Entry entry) throws SQLException {
    DeliveryOutcome outcome = entry.outcome();
    PreparedStatement s = statements().insertAttempt;
    s.setLong(1, settlement.consignment().message());
    s.setInt(2, entry.recipient().number());
    s.setInt(3, entry.recipient().attempts() + 1);
    s.setLong(4, settlement.at().toEpochMilli());
    s.setLong(5, settlement.took().toMillis());
    s.setString(
        6,
        switch (outcome) {
          case DeliveryOutcome.Delivered _ -> "delivered";
          case DeliveryOutcome.Deferred _ -> "deferred";
          case DeliveryOutcome.Failed _ -> "failed";
        });
    s.setString(7, outcome.status().toString());
    s.setString(8, RowText.line(outcome.reply()));
    text(s, 9, outcome.remote().map(RemoteHost::name));
    text(s, 10, outcome.remote().map(RemoteHost::address));
    text(s, 11, outcome.remote().map(RemoteHost::tls));
    s.executeUpdate();
  }

  /// Ends a message none of whose recipients is open any more: its content goes.
  ///
  /// @return the body file to remove after the commit
  Optional<String> finish(long message, Instant now) throws SQLException {
    PreparedStatement finish = statements().finish;
    finish.setLong(1, now.toEpochMilli());
    finish.setLong(2, message);
    if (finish.executeUpdate() == 0) {
      return Optional.empty();
    }
    PreparedStatement drop = statements().dropContent;
    drop.setLong(1, message);
    try (ResultSet rows = drop.executeQuery()) {
      return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
    }
  }

  /// Puts a recipient into another state, where it is in one of `from`.
  ///
  /// @param from words, separated by commas
  boolean move(long message, int number, String from, String to, String last) throws SQLException {
    PreparedStatement s = statements().move;
    s.setString(1, to);
    s.setString(2, last);
    s.setLong(3, message);
    s.setInt(4, number);
    s.setString(5, "," + from + ",");
    return s.executeUpdate() > 0;
  }

  void insert(Refusal refusal) throws SQLException {
    PreparedStatement s = statements().insertRefusal;
    s.setLong(1, refusal.at().toEpochMilli());
    s.setString(2, RefusalRows.text(refusal.origin()));
    s.setString(3, RefusalRows.text(refusal.reversePath()));
    s.setString(4, RefusalRows.text(refusal.address()));
    s.setString(5, RefusalRows.text(refusal.reply()));
    s.executeUpdate();
  }

  /// Forgets what was refused before `before`.
  void forgetRefusals(Instant before) throws SQLException {
    PreparedStatement s = statements().forgetRefusals;
    s.setLong(1, before.toEpochMilli());
    s.executeUpdate();
  }

  /// Forgets the history of messages that ended before `before`.
  ///
  /// @param most messages to forget in this transaction
  /// @return how many were forgotten
  int forget(Instant before, int most) throws SQLException {
    var ended = new ArrayList<Long>();
    PreparedStatement find = statements().findEnded;
    find.setLong(1, before.toEpochMilli());
    find.setInt(2, most);
    try (ResultSet rows = find.executeQuery()) {
      while (rows.next()) {
        ended.add(rows.getLong(1));
      }
    }
    for (long message : ended) {
      for (PreparedStatement s : statements().forget) {
        s.setLong(1, message);
        s.executeUpdate();
      }
    }
    return ended.size();
  }

  static void text(PreparedStatement statement, int index, Optional<String> value)
      throws SQLException {
    if (value.isPresent()) {
      statement.setString(index, value.get());
    } else {
      statement.setNull(index, Types.VARCHAR);
    }
  }

  @Override
  public void close() {
    try {
      for (PreparedStatement statement : prepared) {
        statement.close();
      }
      connection.close();
    } catch (SQLException e) {
      LOG.warn("closing the queue database: {}", e.toString());
    }
  }

  private final class Statements {
    final PreparedStatement insertMessage =
        prepare(
            "INSERT INTO message (seq, id, received, origin, size, body_type, smtputf8,"
                + " require_tls, ret, envid, priority, message_id, facts, account, recipients)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    final PreparedStatement insertContent =
        prepare(
            "INSERT INTO content (seq, header, body, body_size, body_file, sum)"
                + " VALUES (?, ?, ?, ?, ?, ?)");
    final PreparedStatement insertRecipient =
        prepare(
            "INSERT INTO recipient (seq, n, reverse_path, address, destination, notify, orcpt,"
                + " forwarders, next_attempt, state, sum, attempts, delay_reported)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)");
    final List<PreparedStatement> insertions =
        List.of(insertMessage, insertContent, insertRecipient);
    final PreparedStatement lastRecipient =
        prepare(
            "SELECT r.seq, r.n, r.reverse_path FROM recipient r"
                + " JOIN message m ON m.seq = r.seq"
                + " WHERE m.id = ? AND m.finished IS NULL ORDER BY r.n DESC LIMIT 1");
    final PreparedStatement moreRecipients =
        prepare("UPDATE message SET recipients = recipients + ? WHERE seq = ?");
    final PreparedStatement insertAttempt =
        prepare(
            "INSERT INTO attempt (seq, n, number, at, took, outcome, status, reply,"
                + " remote_name, remote_address, tls) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (seq, n, number) DO UPDATE SET at = excluded.at,"
                + " took = excluded.took, outcome = excluded.outcome, status = excluded.status,"
                + " reply = excluded.reply, remote_name = excluded.remote_name,"
                + " remote_address = excluded.remote_address, tls = excluded.tls");
    final PreparedStatement retry =
        prepare(
            "UPDATE recipient SET next_attempt = ?, attempts = ?, delay_reported = ?, last = ?"
                + engine.endLease()
                + " WHERE seq = ? AND n = ? AND state IN ('queued', 'held')");
    final PreparedStatement leave =
        prepare(
            "UPDATE recipient SET state = ?, attempts = ?, last = ?"
                + " WHERE seq = ? AND n = ? AND state IN "
                + StateSql.OPEN);
    final PreparedStatement move =
        prepare(
            "UPDATE recipient SET state = ?, last = ?"
                + " WHERE seq = ? AND n = ? AND ? LIKE '%,' || state || ',%'");
    final PreparedStatement finish =
        prepare(
            "UPDATE message SET finished = ? WHERE seq = ? AND finished IS NULL AND NOT EXISTS"
                + " (SELECT 1 FROM recipient r WHERE r.seq = message.seq"
                + " AND r.state IN "
                + StateSql.OPEN
                + ")");
    final PreparedStatement dropContent =
        prepare("DELETE FROM content WHERE seq = ? RETURNING body_file");
    final PreparedStatement insertRefusal =
        prepare(
            "INSERT INTO refusal (at, origin, reverse_path, address, reply)"
                + " VALUES (?, ?, ?, ?, ?)");
    final PreparedStatement forgetRefusals = prepare("DELETE FROM refusal WHERE at < ?");
    final PreparedStatement findEnded =
        prepare("SELECT seq FROM message WHERE finished IS NOT NULL AND finished < ? LIMIT ?");
    final List<PreparedStatement> forget =
        List.of(
            prepare("DELETE FROM attempt WHERE seq = ?"),
            prepare("DELETE FROM journal WHERE seq = ?"),
            prepare("DELETE FROM recipient WHERE seq = ?"),
            prepare("DELETE FROM message WHERE seq = ?"));

    private Statements() throws SQLException {}
  }
}
