package net.facteur.server.report.dmarc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.facteur.server.report.dmarc.CountSheet.Group;
import net.facteur.server.report.dmarc.CountSheet.PolicyKey;
import net.facteur.server.report.dmarc.CountSheet.RowKey;

/// The statements that write sums, within one commit.
final class CountWriting implements AutoCloseable {
  private final Connection connection;
  private final DmarcCountStore.Limits limits;
  private final List<PreparedStatement> open = new ArrayList<>();
  private final PreparedStatement known;
  private final PreparedStatement policy;
  private final PreparedStatement raise;
  private final PreparedStatement row;
  private final PreparedStatement told;
  private final PreparedStatement result;
  private final PreparedStatement sums;
  private long day = Long.MIN_VALUE;
  private long policies;
  private long rows;
  private long octets;

  CountWriting(Connection connection, DmarcCountStore.Limits limits) throws SQLException {
    this.connection = connection;
    this.limits = limits;
    // Before anything is read: see CountsDatabase.Work.
    try (Statement first = connection.createStatement()) {
      first.executeUpdate("UPDATE report_out_policy SET claimed = claimed WHERE id = -1");
    }
    known =
        open(
            "UPDATE report_out_policy SET rua = ?, messages = messages + ?, passed = passed + ?"
                + " WHERE day = ? AND domain = ? AND published = ? RETURNING id, kinds, results");
    policy =
        open(
            "INSERT INTO report_out_policy (rua, messages, passed, day, domain, published,"
                + " left_out, kinds, results, octets, claimed)"
                + " VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)"
                + " ON CONFLICT (day, domain, published) DO UPDATE SET rua = excluded.rua,"
                + " messages = report_out_policy.messages + excluded.messages,"
                + " passed = report_out_policy.passed + excluded.passed"
                + " RETURNING id, kinds, results");
    raise =
        open(
            "UPDATE report_out_row SET messages = messages + ?"
                + " WHERE policy = ? AND source = ? AND hash = ?");
    row =
        open(
            "INSERT INTO report_out_row (messages, policy, source, hash) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (policy, source, hash)"
                + " DO UPDATE SET messages = report_out_row.messages + excluded.messages");
    told = open("SELECT 1 FROM report_out_result WHERE policy = ? AND hash = ?");
    result =
        open(
            "INSERT INTO report_out_result (policy, hash, text) VALUES (?, ?, ?)"
                + " ON CONFLICT (policy, hash) DO NOTHING");
    sums =
        open(
            "UPDATE report_out_policy SET left_out = left_out + ?, kinds = kinds + ?,"
                + " results = results + ?, octets = octets + ? WHERE id = ?");
  }

  private PreparedStatement open(String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    open.add(statement);
    return statement;
  }

  /// @return how many messages were left out
  long write(CountSheet sheet) throws SQLException {
    long left = 0;
    for (var each : sheet.groups().entrySet()) {
      look(each.getKey().day());
      left += write(each.getKey(), each.getValue());
    }
    return left;
  }

  /// How much the day has already.
  private void look(long of) throws SQLException {
    if (day == of) {
      return;
    }
    day = of;
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT count(*), coalesce(sum(kinds), 0), coalesce(sum(octets), 0)"
                + " FROM report_out_policy WHERE day = ?")) {
      s.setLong(1, of);
      try (ResultSet sum = s.executeQuery()) {
        if (sum.next()) {
          policies = sum.getLong(1);
          rows = sum.getLong(2);
          octets = sum.getLong(3);
        }
      }
    }
  }

  private long write(PolicyKey key, Group group) throws SQLException {
    long[] found = policy(known, key, group);
    if (found.length == 0) {
      if (policies >= limits.domains()) {
        return group.messages();
      }
      policies++;
      found = policy(policy, key, group);
    }
    var tally = new Tally(found[0], found[1], found[2]);
    for (var each : group.rows().entrySet()) {
      add(tally, each.getKey(), each.getValue(), group);
    }
    if (tally.changed()) {
      sums.setLong(1, tally.left);
      sums.setLong(2, tally.newRows);
      sums.setLong(3, tally.newResults);
      sums.setLong(4, tally.newOctets);
      sums.setLong(5, tally.id);
      sums.executeUpdate();
    }
    return tally.left;
  }

  /// What is new for one policy.
  private static final class Tally {
    private final long id;
    private final long rows;
    private final long results;
    private final Map<Long, Boolean> told = new HashMap<>();
    private long newRows;
    private long newResults;
    private long newOctets;
    private long left;

    Tally(long id, long rows, long results) {
      this.id = id;
      this.rows = rows;
      this.results = results;
    }

    boolean changed() {
      return newRows > 0 || left > 0;
    }
  }

  private void add(Tally tally, RowKey key, long messages, Group group) throws SQLException {
    if (write(raise, tally.id, key, messages) > 0) {
      return;
    }
    boolean room = tally.rows + tally.newRows < limits.rows() && rows < limits.rowsPerDay();
    if (room && isTold(tally, key.hash(), group)) {
      write(row, tally.id, key, messages);
      tally.newRows++;
      rows++;
    } else {
      tally.left += messages;
    }
  }

  /// Whether the result stands in its table by now.
  private boolean isTold(Tally tally, long hash, Group group) throws SQLException {
    Boolean before = tally.told.get(hash);
    if (before != null) {
      return before;
    }
    boolean now = isTold(tally.id, hash) || tell(tally, hash, group.result(hash));
    tally.told.put(hash, now);
    return now;
  }

  private boolean isTold(long id, long hash) throws SQLException {
    told.setLong(1, id);
    told.setLong(2, hash);
    try (ResultSet found = told.executeQuery()) {
      return found.next();
    }
  }

  private boolean tell(Tally tally, long hash, String text) throws SQLException {
    if (tally.results + tally.newResults >= limits.results()
        || octets + text.length() > limits.octetsPerDay()) {
      return false;
    }
    result.setLong(1, tally.id);
    result.setLong(2, hash);
    result.setString(3, text);
    result.executeUpdate();
    tally.newResults++;
    tally.newOctets += text.length();
    octets += text.length();
    return true;
  }

  private static long[] policy(PreparedStatement statement, PolicyKey key, Group group)
      throws SQLException {
    statement.setString(1, group.rua());
    statement.setLong(2, group.messages());
    statement.setLong(3, group.passed());
    statement.setLong(4, key.day());
    statement.setString(5, key.domain());
    statement.setString(6, key.published());
    try (ResultSet found = statement.executeQuery()) {
      return found.next()
          ? new long[] {found.getLong(1), found.getLong(2), found.getLong(3)}
          : new long[0];
    }
  }

  private static int write(PreparedStatement statement, long id, RowKey key, long messages)
      throws SQLException {
    statement.setLong(1, messages);
    statement.setLong(2, id);
    statement.setBytes(3, key.source().array());
    statement.setLong(4, key.hash());
    return statement.executeUpdate();
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : open) {
      statement.close();
    }
  }
}
