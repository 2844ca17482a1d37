package net.facteur.server.report.received;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Metadata;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReport.FailureDetails;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import net.facteur.queue.PostgresSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.queue.StoreSettings;
import tools.jackson.databind.JsonNode;

/// The reports in the database of what is counted.
///
/// An entry takes some 25 octets: the number of its report, an IP address, the number of a text, a
/// count.
public final class SqlReceivedReports implements ReceivedReports {
  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS report_text (
            id {id},
            digest {octets} NOT NULL UNIQUE,
            text TEXT NOT NULL
          )\
          """,
          """
          CREATE TABLE IF NOT EXISTS report_dmarc (
            id {id},
            digest {octets} NOT NULL UNIQUE,
            domain BIGINT NOT NULL,
            begins BIGINT NOT NULL,
            ends BIGINT NOT NULL,
            organization BIGINT NOT NULL,
            head BIGINT NOT NULL,
            name TEXT NOT NULL,
            sender BIGINT NOT NULL,
            day BIGINT NOT NULL,
            came BIGINT NOT NULL,
            octets BIGINT NOT NULL
          )\
          """,
          "CREATE INDEX IF NOT EXISTS report_dmarc_time ON report_dmarc (domain, begins)",
          "CREATE INDEX IF NOT EXISTS report_dmarc_day ON report_dmarc (day, sender, octets)",
          """
          CREATE TABLE IF NOT EXISTS report_entry (
            report BIGINT NOT NULL,
            source {octets} NOT NULL,
            outcome BIGINT NOT NULL,
            messages BIGINT NOT NULL,
            PRIMARY KEY (report, source, outcome)
          ) {clustered}\
          """,
          """
          CREATE TABLE IF NOT EXISTS report_tls (
            id {id},
            digest {octets} NOT NULL UNIQUE,
            begins BIGINT NOT NULL,
            ends BIGINT NOT NULL,
            organization BIGINT NOT NULL,
            contact BIGINT NOT NULL,
            name TEXT NOT NULL,
            sender BIGINT NOT NULL,
            day BIGINT NOT NULL,
            came BIGINT NOT NULL,
            octets BIGINT NOT NULL
          )\
          """,
          "CREATE INDEX IF NOT EXISTS report_tls_time ON report_tls (begins)",
          "CREATE INDEX IF NOT EXISTS report_tls_day ON report_tls (day, sender, octets)",
          """
          CREATE TABLE IF NOT EXISTS report_tls_policy (
            report BIGINT NOT NULL,
            part BIGINT NOT NULL,
            domain BIGINT NOT NULL,
            policy BIGINT NOT NULL,
            successes BIGINT NOT NULL,
            failures BIGINT NOT NULL,
            PRIMARY KEY (report, part)
          ) {clustered}\
          """,
          """
          CREATE TABLE IF NOT EXISTS report_tls_failure (
            report BIGINT NOT NULL,
            part BIGINT NOT NULL,
            item BIGINT NOT NULL,
            failure BIGINT NOT NULL,
            sessions BIGINT NOT NULL,
            PRIMARY KEY (report, part, item)
          ) {clustered}\
          """);

  /// One process at a time adds or forgets, where several share the database.
  private static final long LOCK = 0x66616374_72657074L;

  private static final int REPORT_OCTETS = 200;
  private static final int ENTRY_OCTETS = 30;
  private static final int TEXT_OCTETS = 40;
  private static final int FETCHED = 1_000;

  /// A number that is not told.
  private static final long UNKNOWN = -1;

  private final CountsDatabase database;
  private final Limits limits;

  /// How much is kept.
  ///
  /// @param kept how long after a report came
  /// @param octets of all reports, nearly; of one day no more than a quarter of it
  /// @param perSender reports that one sender may send in a day
  public record Limits(Duration kept, long octets, int perSender) {}

  private SqlReceivedReports(CountsDatabase database, Limits limits) {
    this.database = database;
    this.limits = limits;
  }

  /// Those of this machine, in the directory of the queue.
  public static SqlReceivedReports in(Path directory, Limits limits) {
    return new SqlReceivedReports(CountsDatabase.in(directory, TABLES), limits);
  }

  /// Those that several processes share.
  public static SqlReceivedReports shared(PostgresSettings settings, Limits limits) {
    return new SqlReceivedReports(CountsDatabase.shared(settings, TABLES), limits);
  }

  /// Those that the settings say; nothing is opened yet.
  ///
  /// @throws IOException where the password of the database cannot be read
  public static SqlReceivedReports of(Settings settings) throws IOException {
    return new SqlReceivedReports(
        CountsDatabase.at(StoreSettings.Place.from(settings), TABLES),
        ReceivedReportSettings.from(settings).limits());
  }

  /// The tables whose rows are reports.
  private enum Table {
    DMARC("report_dmarc"),
    TLS("report_tls");

    private final String table;

    Table(String table) {
      this.table = table;
    }
  }

  @Override
  public Added add(AggregateReport report, Arrival arrival) throws IOException {
    Metadata metadata = report.metadata();
    String domain = Ascii.lower(report.policy().domain());
    Instant begin = metadata.begin();
    String id = metadata.id().isEmpty() ? begin + " " + metadata.end() : metadata.id();
    byte[] key = StoredText.key(domain, metadata.organization(), id);
    return database.work(
        connection -> {
          lock(connection);
          Optional<Long> known = known(connection, Table.DMARC, key);
          if (known.isPresent()) {
            return Added.KNOWN;
          }
          var texts = new Texts(connection);
          long sender = texts.id(arrival.sender());
          if (tooMany(connection, day(arrival.at()), sender)) {
            connection.rollback();
            return Added.TOO_MANY;
          }
          var rows = new LinkedHashMap<Row, Long>();
          for (Entry entry : report.entries()) {
            rows.merge(
                new Row(entry.sourceIp(), StoredText.outcome(entry)), entry.count(), Long::sum);
          }
          Map<String, Long> outcomes = texts.ids(rows.keySet().stream().map(Row::outcome).toList());
          long organization = texts.id(metadata.organization());
          long about = texts.id(domain);
          long head = texts.id(StoredText.head(metadata, report.policy()));
          long octets = REPORT_OCTETS + texts.added + (long) ENTRY_OCTETS * rows.size();
          long number;
          try (PreparedStatement s =
              connection.prepareStatement(
                  "INSERT INTO report_dmarc (digest, domain, begins, ends, organization, head,"
                      + " name, sender, day, came, octets)"
                      + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id")) {
            s.setBytes(1, key);
            s.setLong(2, about);
            s.setLong(3, begin.getEpochSecond());
            s.setLong(4, metadata.end().getEpochSecond());
            s.setLong(5, organization);
            s.setLong(6, head);
            s.setString(7, plain(metadata.id()));
            s.setLong(8, sender);
            s.setLong(9, day(arrival.at()));
            s.setLong(10, arrival.at().getEpochSecond());
            s.setLong(11, octets);
            number = one(s);
          }
          try (PreparedStatement s =
              connection.prepareStatement(
                  "INSERT INTO report_entry (report, source, outcome, messages)"
                      + " VALUES (?, ?, ?, ?) ON CONFLICT (report, source, outcome)"
                      + " DO UPDATE SET messages = report_entry.messages + excluded.messages")) {
            int batched = 0;
            for (Map.Entry<Row, Long> row : rows.entrySet()) {
              s.setLong(1, number);
              s.setBytes(2, SourceOctets.of(row.getKey().source()));
              s.setLong(3, outcomes.getOrDefault(row.getKey().outcome(), 0L));
              s.setLong(4, row.getValue());
              s.addBatch();
              if (++batched % FETCHED == 0) {
                s.executeBatch();
              }
            }
            s.executeBatch();
          }
          return Added.STORED;
        });
  }

  private record Row(String source, String outcome) {}

  @Override
  public Added add(TlsReport report, Arrival arrival) throws IOException {
    String id = report.id().isEmpty() ? report.start() + " " + report.end() : report.id();
    // A reporter without ids may send one for each domain.
    String domains = report.id().isEmpty() ? StoredText.domains(report).toString() : "";
    byte[] key = StoredText.key(report.organization(), id, domains);
    return database.work(
        connection -> {
          lock(connection);
          if (known(connection, Table.TLS, key).isPresent()) {
            return Added.KNOWN;
          }
          var texts = new Texts(connection);
          long sender = texts.id(arrival.sender());
          if (tooMany(connection, day(arrival.at()), sender)) {
            connection.rollback();
            return Added.TOO_MANY;
          }
          var wanted = new ArrayList<String>();
          long details = 0;
          for (PolicyResult policy : report.policies()) {
            wanted.add(Ascii.lower(policy.domain()));
            wanted.add(StoredText.policy(policy));
            policy.details().forEach(failure -> wanted.add(StoredText.failure(failure)));
            details += policy.details().size() + 1L;
          }
          Map<String, Long> ids = texts.ids(wanted);
          long organization = texts.id(report.organization());
          long contact = texts.id(report.contact());
          long octets = REPORT_OCTETS + texts.added + ENTRY_OCTETS * details;
          long number;
          try (PreparedStatement s =
              connection.prepareStatement(
                  "INSERT INTO report_tls (digest, begins, ends, organization, contact, name,"
                      + " sender, day, came, octets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                      + " RETURNING id")) {
            s.setBytes(1, key);
            s.setLong(2, report.start().getEpochSecond());
            s.setLong(3, report.end().getEpochSecond());
            s.setLong(4, organization);
            s.setLong(5, contact);
            s.setString(6, plain(report.id()));
            s.setLong(7, sender);
            s.setLong(8, day(arrival.at()));
            s.setLong(9, arrival.at().getEpochSecond());
            s.setLong(10, octets);
            number = one(s);
          }
          addPolicies(connection, number, report.policies(), ids);
          return Added.STORED;
        });
  }

  private static void addPolicies(
      Connection connection, long report, List<PolicyResult> policies, Map<String, Long> ids)
      throws SQLException {
    try (PreparedStatement s =
            connection.prepareStatement(
                "INSERT INTO report_tls_policy (report, part, domain, policy, successes, failures)"
                    + " VALUES (?, ?, ?, ?, ?, ?)");
        PreparedStatement f =
            connection.prepareStatement(
                "INSERT INTO report_tls_failure (report, part, item, failure, sessions)"
                    + " VALUES (?, ?, ?, ?, ?)")) {
      for (int part = 0; part < policies.size(); part++) {
        PolicyResult policy = policies.get(part);
        s.setLong(1, report);
        s.setLong(2, part);
        s.setLong(3, ids.getOrDefault(Ascii.lower(policy.domain()), 0L));
        s.setLong(4, ids.getOrDefault(StoredText.policy(policy), 0L));
        s.setLong(5, policy.successes().orElse(UNKNOWN));
        s.setLong(6, policy.failures().orElse(UNKNOWN));
        s.addBatch();
        for (int item = 0; item < policy.details().size(); item++) {
          FailureDetails failure = policy.details().get(item);
          f.setLong(1, report);
          f.setLong(2, part);
          f.setLong(3, item);
          f.setLong(4, ids.getOrDefault(StoredText.failure(failure), 0L));
          f.setLong(5, failure.count().orElse(UNKNOWN));
          f.addBatch();
        }
      }
      s.executeBatch();
      f.executeBatch();
    }
  }

  private static long day(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), Duration.ofDays(1).toSeconds());
  }

  /// PostgreSQL keeps no NUL in a text.
  private static String plain(String text) {
    return text.replace("\0", "");
  }

  /// Makes this the one that writes: SQLite does not let a reader become a writer if somebody wrote
  /// meanwhile.
  private void lock(Connection connection) throws SQLException {
    try (Statement s = connection.createStatement()) {
      if (database.shared()) {
        s.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
      } else {
        s.executeUpdate("DELETE FROM report_text WHERE id = -1");
      }
    }
  }

  private static Optional<Long> known(Connection connection, Table table, byte[] key)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement("SELECT id FROM " + table.table + " WHERE digest = ?")) {
      s.setBytes(1, key);
      try (ResultSet row = s.executeQuery()) {
        return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
      }
    }
  }

  private boolean tooMany(Connection connection, long day, long sender) throws SQLException {
    long reports = 0;
    long octets = 0;
    for (Table table : Table.values()) {
      try (PreparedStatement s =
          connection.prepareStatement(
              "SELECT SUM(CASE WHEN sender = ? THEN 1 ELSE 0 END), SUM(octets) FROM "
                  + table.table
                  + " WHERE day = ?")) {
        s.setLong(1, sender);
        s.setLong(2, day);
        try (ResultSet row = s.executeQuery()) {
          if (row.next()) {
            reports += row.getLong(1);
            octets += row.getLong(2);
          }
        }
      }
    }
    return reports >= limits.perSender() || octets >= limits.octets() / 4;
  }

  private static long one(PreparedStatement s) throws SQLException {
    try (ResultSet row = s.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("no number for a new row");
      }
      return row.getLong(1);
    }
  }

  /// The numbers of texts, which are kept if they are new.
  private static final class Texts {
    private final Connection connection;
    private final Map<String, Long> ids = new TreeMap<>();

    /// What new texts take.
    private long added;

    Texts(Connection connection) {
      this.connection = connection;
    }

    long id(String text) throws SQLException {
      return ids(List.of(text)).getOrDefault(text, 0L);
    }

    Map<String, Long> ids(List<String> wanted) throws SQLException {
      try (PreparedStatement find =
              connection.prepareStatement("SELECT id FROM report_text WHERE digest = ?");
          PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO report_text (digest, text) VALUES (?, ?) RETURNING id")) {
        for (String text : wanted) {
          if (ids.containsKey(text)) {
            continue;
          }
          byte[] digest = StoredText.digest(text);
          find.setBytes(1, digest);
          try (ResultSet row = find.executeQuery()) {
            if (row.next()) {
              ids.put(text, row.getLong(1));
              continue;
            }
          }
          insert.setBytes(1, digest);
          insert.setString(2, plain(text));
          ids.put(text, one(insert));
          added += TEXT_OCTETS + text.getBytes(StandardCharsets.UTF_8).length;
        }
      }
      return ids;
    }
  }

  @Override
  public void dmarc(Span span, DmarcVisitor visitor) throws IOException {
    var _ =
        database.work(
            connection -> {
              try (PreparedStatement s =
                  connection.prepareStatement(
                      "SELECT r.id, d.text, r.begins, r.ends, o.text, h.text, r.name, f.text,"
                          + " r.came, e.source, x.text, e.messages"
                          + " FROM report_dmarc r"
                          + " JOIN report_text d ON d.id = r.domain"
                          + " JOIN report_text o ON o.id = r.organization"
                          + " JOIN report_text h ON h.id = r.head"
                          + " JOIN report_text f ON f.id = r.sender"
                          + " JOIN report_entry e ON e.report = r.id"
                          + " JOIN report_text x ON x.id = e.outcome"
                          + " WHERE r.begins >= ? AND r.begins < ?"
                          + ofDomain(span)
                          + " ORDER BY r.begins, r.id")) {
                s.setFetchSize(FETCHED);
                bind(s, span);
                try (ResultSet row = s.executeQuery()) {
                  long before = -1;
                  Optional<DmarcHead> head = Optional.empty();
                  while (row.next()) {
                    if (head.isEmpty() || row.getLong(1) != before) {
                      before = row.getLong(1);
                      head = Optional.of(head(row));
                    }
                    visitor.entry(
                        head.get(),
                        StoredText.entry(
                            row.getString(11),
                            SourceOctets.text(row.getBytes(10)),
                            row.getLong(12)));
                  }
                }
              }
              return true;
            });
  }

  private static DmarcHead head(ResultSet row) throws SQLException {
    JsonNode about = StoredText.read(row.getString(6));
    return new DmarcHead(
        StoredText.metadata(
            about,
            row.getString(5),
            row.getString(7),
            Instant.ofEpochSecond(row.getLong(3)),
            Instant.ofEpochSecond(row.getLong(4))),
        StoredText.policy(about, row.getString(2)),
        new Arrival(Instant.ofEpochSecond(row.getLong(9)), row.getString(8)));
  }

  private static String ofDomain(Span span) {
    return span.domain().isEmpty()
        ? ""
        : " AND r.domain = (SELECT id FROM report_text WHERE digest = ?)";
  }

  private static void bind(PreparedStatement s, Span span) throws SQLException {
    s.setLong(1, span.from().getEpochSecond());
    s.setLong(2, span.to().getEpochSecond());
    if (span.domain().isPresent()) {
      s.setBytes(3, StoredText.digest(span.domain().get()));
    }
  }

  @Override
  public List<DmarcSum> sums(Span span, int limit) throws IOException {
    return database.work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT d.text, g.source, x.text, g.messages, g.reports, g.first, g.last"
                      + " FROM (SELECT r.domain, e.source, e.outcome,"
                      + " SUM(e.messages) AS messages, COUNT(*) AS reports,"
                      + " MIN(r.begins) AS first, MAX(r.ends) AS last"
                      + " FROM report_dmarc r JOIN report_entry e ON e.report = r.id"
                      + " WHERE r.begins >= ? AND r.begins < ?"
                      + ofDomain(span)
                      + " GROUP BY r.domain, e.source, e.outcome"
                      + " ORDER BY SUM(e.messages) DESC, e.source, e.outcome LIMIT "
                      + limit
                      + ") g"
                      + " JOIN report_text d ON d.id = g.domain"
                      + " JOIN report_text x ON x.id = g.outcome"
                      + " ORDER BY g.messages DESC, g.source, g.outcome")) {
            bind(s, span);
            var sums = new ArrayList<DmarcSum>();
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                Entry entry =
                    StoredText.entry(
                        row.getString(3), SourceOctets.text(row.getBytes(2)), row.getLong(4));
                sums.add(
                    new DmarcSum(
                        row.getString(1),
                        entry.sourceIp(),
                        entry.evaluated(),
                        entry.identifiers(),
                        entry.dkim(),
                        entry.spf(),
                        entry.count(),
                        row.getLong(5),
                        Instant.ofEpochSecond(row.getLong(6)),
                        Instant.ofEpochSecond(row.getLong(7))));
              }
            }
            return sums;
          }
        });
  }

  @Override
  public void tls(Span span, TlsVisitor visitor) throws IOException {
    var _ =
        database.work(
            connection -> {
              try (PreparedStatement s =
                  connection.prepareStatement(
                      "SELECT r.id, r.begins, r.ends, o.text, c.text, r.name, f.text, r.came"
                          + " FROM report_tls r"
                          + " JOIN report_text o ON o.id = r.organization"
                          + " JOIN report_text c ON c.id = r.contact"
                          + " JOIN report_text f ON f.id = r.sender"
                          + " WHERE r.begins >= ? AND r.begins < ?"
                          + ofPolicyDomain(span)
                          + " ORDER BY r.begins, r.id")) {
                s.setFetchSize(FETCHED);
                bind(s, span);
                try (ResultSet row = s.executeQuery()) {
                  while (row.next()) {
                    visitor.report(
                        new ReceivedTls(
                            new TlsReport(
                                row.getString(4),
                                Instant.ofEpochSecond(row.getLong(2)),
                                Instant.ofEpochSecond(row.getLong(3)),
                                row.getString(5),
                                row.getString(6),
                                policies(connection, row.getLong(1))),
                            new Arrival(Instant.ofEpochSecond(row.getLong(8)), row.getString(7))));
                  }
                }
              }
              return true;
            });
  }

  private static String ofPolicyDomain(Span span) {
    return span.domain().isEmpty()
        ? ""
        : " AND EXISTS (SELECT 1 FROM report_tls_policy p WHERE p.report = r.id"
            + " AND p.domain = (SELECT id FROM report_text WHERE digest = ?))";
  }

  private static List<PolicyResult> policies(Connection connection, long report)
      throws SQLException {
    Map<Long, List<FailureDetails>> details = new LinkedHashMap<>();
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT f.part, x.text, f.sessions FROM report_tls_failure f"
                + " JOIN report_text x ON x.id = f.failure WHERE f.report = ?"
                + " ORDER BY f.part, f.item")) {
      s.setLong(1, report);
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          details
              .computeIfAbsent(row.getLong(1), _ -> new ArrayList<>())
              .add(StoredText.failure(row.getString(2), told(row.getLong(3))));
        }
      }
    }
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT p.part, x.text, d.text, p.successes, p.failures FROM report_tls_policy p"
                + " JOIN report_text x ON x.id = p.policy JOIN report_text d ON d.id = p.domain"
                + " WHERE p.report = ? ORDER BY p.part")) {
      s.setLong(1, report);
      var policies = new ArrayList<PolicyResult>();
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          policies.add(
              StoredText.policy(
                  row.getString(2),
                  row.getString(3),
                  told(row.getLong(4)),
                  told(row.getLong(5)),
                  details.getOrDefault(row.getLong(1), List.of())));
        }
      }
      return policies;
    }
  }

  private static OptionalLong told(long number) {
    return number == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(number);
  }

  @Override
  public List<Reporter> reporters(Span span) throws IOException {
    return database.work(
        connection -> {
          var reporters = new ArrayList<Reporter>();
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT o.text, d.text, COUNT(*), MIN(r.begins), MAX(r.ends)"
                      + " FROM report_dmarc r JOIN report_text o ON o.id = r.organization"
                      + " JOIN report_text d ON d.id = r.domain"
                      + " WHERE r.begins >= ? AND r.begins < ?"
                      + ofDomain(span)
                      + " GROUP BY o.text, d.text")) {
            bind(s, span);
            add(s, Kind.DMARC, reporters);
          }
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT o.text, '', COUNT(*), MIN(r.begins), MAX(r.ends)"
                      + " FROM report_tls r JOIN report_text o ON o.id = r.organization"
                      + " WHERE r.begins >= ? AND r.begins < ?"
                      + ofPolicyDomain(span)
                      + " GROUP BY o.text")) {
            bind(s, span);
            add(s, Kind.TLS, reporters);
          }
          reporters.sort(
              Comparator.comparing(Reporter::organization)
                  .thenComparing(Reporter::domain)
                  .thenComparing(Reporter::kind));
          return reporters;
        });
  }

  private static void add(PreparedStatement s, Kind kind, List<Reporter> reporters)
      throws SQLException {
    try (ResultSet row = s.executeQuery()) {
      while (row.next()) {
        reporters.add(
            new Reporter(
                kind,
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                Instant.ofEpochSecond(row.getLong(4)),
                Instant.ofEpochSecond(row.getLong(5))));
      }
    }
  }

  @Override
  public Stock stock() throws IOException {
    return database.work(SqlReceivedReports::stock);
  }

  private static Stock stock(Connection connection) throws SQLException {
    var reports = new EnumMap<Table, Long>(Table.class);
    long octets = 0;
    Optional<Instant> oldest = Optional.empty();
    for (Table table : Table.values()) {
      try (Statement s = connection.createStatement();
          ResultSet row =
              s.executeQuery("SELECT COUNT(*), SUM(octets), MIN(came) FROM " + table.table)) {
        if (row.next() && row.getLong(1) > 0) {
          reports.put(table, row.getLong(1));
          octets += row.getLong(2);
          Instant first = Instant.ofEpochSecond(row.getLong(3));
          oldest = oldest.filter(first::isAfter).or(() -> Optional.of(first));
        }
      }
    }
    return new Stock(
        reports.getOrDefault(Table.DMARC, 0L), reports.getOrDefault(Table.TLS, 0L), octets, oldest);
  }

  @Override
  public long forget(Instant now) throws IOException {
    long first = day(now.minus(limits.kept()));
    return database.work(
        connection -> {
          lock(connection);
          long gone = forgetBefore(connection, first);
          Stock stock = stock(connection);
          // By days, since a day has no more than a quarter of all.
          for (long day = oldestDay(connection, stock);
              stock.octets() > limits.octets();
              day = oldestDay(connection, stock)) {
            gone += forgetBefore(connection, day + 1);
            stock = stock(connection);
          }
          if (gone > 0) {
            forgetTexts(connection);
          }
          return gone;
        });
  }

  private static long oldestDay(Connection connection, Stock stock) throws SQLException {
    long oldest = stock.oldest().map(SqlReceivedReports::day).orElse(0L);
    for (Table table : Table.values()) {
      try (Statement s = connection.createStatement();
          ResultSet row = s.executeQuery("SELECT MIN(day), COUNT(*) FROM " + table.table)) {
        if (row.next() && row.getLong(2) > 0) {
          oldest = Math.min(oldest, row.getLong(1));
        }
      }
    }
    return oldest;
  }

  private static long forgetBefore(Connection connection, long day) throws SQLException {
    delete(
        connection,
        "DELETE FROM report_entry WHERE report IN (SELECT id FROM report_dmarc WHERE day < ?)",
        day);
    for (String table : List.of("report_tls_policy", "report_tls_failure")) {
      delete(
          connection,
          "DELETE FROM " + table + " WHERE report IN (SELECT id FROM report_tls WHERE day < ?)",
          day);
    }
    long gone = 0;
    for (Table table : Table.values()) {
      gone += delete(connection, "DELETE FROM " + table.table + " WHERE day < ?", day);
    }
    return gone;
  }

  private static long delete(Connection connection, String sql, long day) throws SQLException {
    try (PreparedStatement s = connection.prepareStatement(sql)) {
      s.setLong(1, day);
      return s.executeUpdate();
    }
  }

  private static void forgetTexts(Connection connection) throws SQLException {
    try (Statement s = connection.createStatement()) {
      s.executeUpdate(
          "DELETE FROM report_text WHERE id NOT IN ("
              + "SELECT outcome FROM report_entry"
              + " UNION SELECT domain FROM report_dmarc"
              + " UNION SELECT organization FROM report_dmarc"
              + " UNION SELECT head FROM report_dmarc"
              + " UNION SELECT sender FROM report_dmarc"
              + " UNION SELECT organization FROM report_tls"
              + " UNION SELECT contact FROM report_tls"
              + " UNION SELECT sender FROM report_tls"
              + " UNION SELECT domain FROM report_tls_policy"
              + " UNION SELECT policy FROM report_tls_policy"
              + " UNION SELECT failure FROM report_tls_failure)");
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
