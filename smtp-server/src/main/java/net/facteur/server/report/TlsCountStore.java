package net.facteur.server.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.facteur.auth.tlsrpt.TlsReport.FailureDetails;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import net.facteur.server.files.DurableFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The sums on disk: an SQLite file of its own, since reports are worth less than mail and must not
/// get in its way. Safe for use by several threads, one at a time.
public final class TlsCountStore implements AutoCloseable {
  private final Connection connection;
  private final Limits limits;
  private final JsonMapper json = new JsonMapper();

  /// How many sums are kept; sessions that would make further ones are not counted.
  public record Limits(int rows, int rowsPerDomain) {
    /// 100,000 in all, 500 for one domain and day.
    public static final Limits DEFAULTS = new Limits(100_000, 500);
  }

  /// Sums of one domain and one day.
  record Due(LocalDate day, String domain) {}

  /// Opens the file, making it where it is missing, mode 0600.
  ///
  /// @throws SQLException where it cannot be used
  public TlsCountStore(Path file, Limits limits) throws SQLException {
    this.limits = limits;
    claim(file);
    this.connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 10000");
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = NORMAL");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS tls_session (day TEXT NOT NULL, domain TEXT NOT NULL,"
              + " policy TEXT NOT NULL, failure TEXT NOT NULL, sessions INTEGER NOT NULL,"
              + " PRIMARY KEY (day, domain, policy, failure)) WITHOUT ROWID");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /// What SQLite keeps beside a database has the database's mode and owner.
  private static void claim(Path file) throws SQLException {
    try {
      var _ = DurableFile.secret(file).claim();
      for (String part : List.of("", "-wal", "-shm")) {
        Path each = file.resolveSibling(file.getFileName() + part);
        if (Files.exists(each)) {
          DurableFile.secret(each).close();
        }
      }
    } catch (IOException e) {
      throw new SQLException("cannot make " + file + ": " + e.getMessage(), e);
    }
  }

  /// Adds sums to those that are there.
  ///
  /// @return how many sessions were left out because of the limits
  synchronized long add(Map<CountedSession, Long> sums) throws SQLException {
    long left = 0;
    connection.setAutoCommit(false);
    try (var update =
            connection.prepareStatement(
                "UPDATE tls_session SET sessions = sessions + ?5"
                    + " WHERE day = ?1 AND domain = ?2 AND policy = ?3 AND failure = ?4");
        var insert =
            connection.prepareStatement(
                "INSERT INTO tls_session SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM"
                    + " tls_session WHERE day = ?1 AND domain = ?2) < ?6 AND ?7 < ?8")) {
      long rows = rows();
      for (var sum : sums.entrySet()) {
        set(update, sum.getKey(), sum.getValue());
        if (update.executeUpdate() > 0) {
          continue;
        }
        set(insert, sum.getKey(), sum.getValue());
        insert.setInt(6, limits.rowsPerDomain());
        insert.setLong(7, rows);
        insert.setInt(8, limits.rows());
        if (insert.executeUpdate() > 0) {
          rows++;
        } else {
          left += sum.getValue();
        }
      }
      connection.commit();
      return left;
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private long rows() throws SQLException {
    try (var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM tls_session")) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private void set(PreparedStatement statement, CountedSession session, long sessions)
      throws SQLException {
    statement.setString(1, session.day().toString());
    statement.setString(2, session.domain());
    statement.setString(3, text(session.policy()));
    statement.setString(4, session.failure().map(this::text).orElse(""));
    statement.setLong(5, sessions);
  }

  /// Texts that are equal for equal values, since they are part of the key.
  private String text(CountedSession.Policy policy) {
    return json.writeValueAsString(
        List.of(policy.type(), policy.domain(), policy.strings(), policy.mxHosts()));
  }

  private String text(CountedSession.Failure failure) {
    return json.writeValueAsString(
        List.of(
            failure.type(),
            failure.sendingIp(),
            failure.receivingHost(),
            failure.receivingIp(),
            failure.reason(),
            failure.additionalInformation()));
  }

  /// What is to be reported: the days before `today`, oldest first.
  synchronized List<Due> due(LocalDate today) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT DISTINCT day, domain FROM tls_session WHERE day < ? ORDER BY day, domain")) {
      statement.setString(1, today.toString());
      var due = new ArrayList<Due>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          due.add(new Due(LocalDate.parse(rows.getString(1)), rows.getString(2)));
        }
      }
      return due;
    }
  }

  /// The sums as a report has them, by policy.
  synchronized List<PolicyResult> results(Due due) throws SQLException {
    var sums = new LinkedHashMap<String, Sum>();
    try (var statement =
        connection.prepareStatement(
            "SELECT policy, failure, sessions FROM tls_session WHERE day = ? AND domain = ?"
                + " ORDER BY policy, sessions DESC, failure")) {
      statement.setString(1, due.day().toString());
      statement.setString(2, due.domain());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          sums.computeIfAbsent(rows.getString(1), _ -> new Sum())
              .add(rows.getString(2), rows.getLong(3));
        }
      }
    }
    return sums.entrySet().stream().map(e -> e.getValue().result(e.getKey())).toList();
  }

  private final class Sum {
    private final List<FailureDetails> details = new ArrayList<>();
    private long successes;
    private long failures;

    void add(String failure, long sessions) {
      if (failure.isEmpty()) {
        successes += sessions;
        return;
      }
      failures += sessions;
      JsonNode parts = json.readTree(failure);
      details.add(
          new FailureDetails(
              parts.path(0).asString(""),
              parts.path(1).asString(""),
              parts.path(2).asString(""),
              "",
              parts.path(3).asString(""),
              OptionalLong.of(sessions),
              parts.path(5).asString(""),
              parts.path(4).asString("")));
    }

    PolicyResult result(String policy) {
      JsonNode parts = json.readTree(policy);
      return new PolicyResult(
          parts.path(0).asString(""),
          strings(parts.path(2)),
          parts.path(1).asString(""),
          strings(parts.path(3)),
          OptionalLong.of(successes),
          OptionalLong.of(failures),
          details);
    }

    private List<String> strings(JsonNode node) {
      return node.valueStream().map(text -> text.asString("")).toList();
    }
  }

  /// Forgets what has been reported, or need not be.
  synchronized void forget(Due due) throws SQLException {
    try (var statement =
        connection.prepareStatement("DELETE FROM tls_session WHERE day = ? AND domain = ?")) {
      statement.setString(1, due.day().toString());
      statement.setString(2, due.domain());
      statement.executeUpdate();
    }
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("the sums of TLS sessions cannot be closed", e);
    }
  }
}
