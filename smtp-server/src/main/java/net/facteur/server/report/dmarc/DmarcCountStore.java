package net.facteur.server.report.dmarc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.queue.PostgresSettings;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.queue.StoreSettings;

/// What was counted for reports on DMARC, in the database of counts: sums by day, policy domain,
/// policy, source and result; which reports went where; and which addresses rest. Several processes
/// may write. Safe for use by many threads; every method blocks.
///
/// What messages of one policy have in common beside their source stands there once, and each row
/// has six octets of its hash, so that a million rows fit into 50 MB.
public final class DmarcCountStore implements AutoCloseable {
  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS report_out_policy (
            id {id},
            day BIGINT NOT NULL,
            domain TEXT NOT NULL,
            published TEXT NOT NULL,
            rua TEXT NOT NULL,
            messages BIGINT NOT NULL,
            passed BIGINT NOT NULL,
            left_out BIGINT NOT NULL,
            kinds BIGINT NOT NULL,
            results BIGINT NOT NULL,
            octets BIGINT NOT NULL,
            claimed BIGINT NOT NULL,
            UNIQUE (day, domain, published)
          )\
          """,
          """
          CREATE TABLE IF NOT EXISTS report_out_result (
            policy BIGINT NOT NULL,
            hash BIGINT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (policy, hash)
          ) {clustered}\
          """,
          """
          CREATE TABLE IF NOT EXISTS report_out_row (
            policy BIGINT NOT NULL,
            source {octets} NOT NULL,
            hash BIGINT NOT NULL,
            messages BIGINT NOT NULL,
            PRIMARY KEY (policy, source, hash)
          ) {clustered}\
          """,
          """
          CREATE TABLE IF NOT EXISTS report_out_sent (
            report TEXT NOT NULL,
            address TEXT NOT NULL,
            day BIGINT NOT NULL,
            domain TEXT NOT NULL,
            messages BIGINT NOT NULL,
            octets BIGINT NOT NULL,
            at BIGINT NOT NULL,
            tag TEXT NOT NULL,
            outcome TEXT NOT NULL,
            detail TEXT NOT NULL,
            PRIMARY KEY (report, address)
          ) {clustered}\
          """,
          "CREATE INDEX IF NOT EXISTS report_out_sent_tag ON report_out_sent (tag)",
          """
          CREATE TABLE IF NOT EXISTS report_out_rest (
            address TEXT NOT NULL PRIMARY KEY,
            until BIGINT NOT NULL,
            reason TEXT NOT NULL
          ) {clustered}\
          """);

  private final CountsDatabase database;
  private final Limits limits;

  /// How much is kept; messages that would need more are counted as left out.
  ///
  /// @param domains policy domains of one day, each policy of its own
  /// @param rows of one policy
  /// @param results kinds of results of one policy
  /// @param rowsPerDay of all policies
  /// @param octetsPerDay of all kinds of results
  public record Limits(int domains, int rows, int results, int rowsPerDay, int octetsPerDay) {
    /// A day fits into some 80 MB at the worst.
    public static final Limits DEFAULTS =
        new Limits(20_000, 50_000, 5_000, 1_200_000, 20 * 1024 * 1024);
  }

  /// What became of a report for one address.
  ///
  /// @param tag names it in its reverse-path; empty where none was sent
  public record Sent(
      String report,
      String address,
      LocalDate day,
      String domain,
      long messages,
      long octets,
      Instant at,
      String tag,
      Outcome outcome,
      String detail) {
    /// What became of it.
    public enum Outcome {
      /// It is in the queue, or left it.
      SENT,
      /// The address does not want reports about this domain, or is no address.
      NOT_ALLOWED,
      /// The address is excluded by the settings.
      EXCLUDED,
      /// The address rests.
      RESTING,
      /// It is larger than the address takes.
      TOO_LARGE,
      /// More were to be sent than the settings allow. Without an address it is said of all reports
      /// of a day, and `messages` is their number.
      LEFT_OUT,
      /// No way, or no answer, for a day.
      GIVEN_UP,
      /// Its host refused it, or it came back.
      REFUSED;

      /// The word in the database and for scripts.
      public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }

      static Outcome of(String word) {
        for (Outcome outcome : values()) {
          if (outcome.word().equals(word)) {
            return outcome;
          }
        }
        return GIVEN_UP;
      }
    }
  }

  /// An address that gets no reports for a time.
  public record Rest(String address, Instant until, String reason) {}

  /// Takes rows one after the other.
  @FunctionalInterface
  interface Rows {
    void take(Entry entry) throws IOException;
  }

  private DmarcCountStore(CountsDatabase database, Limits limits) {
    this.database = database;
    this.limits = limits;
  }

  /// The one beside a queue. It is opened when it is needed first.
  ///
  /// @throws IOException where the password of the database cannot be read
  public static DmarcCountStore at(StoreSettings.Place queue, Limits limits) throws IOException {
    return new DmarcCountStore(CountsDatabase.at(queue, TABLES), limits);
  }

  /// One for this machine, in a directory that exists.
  public static DmarcCountStore in(Path directory, Limits limits) {
    return new DmarcCountStore(CountsDatabase.in(directory, TABLES), limits);
  }

  /// One that several processes share.
  public static DmarcCountStore shared(PostgresSettings settings, Limits limits) {
    return new DmarcCountStore(CountsDatabase.shared(settings, TABLES), limits);
  }

  /// Adds sums to those that are there.
  ///
  /// @return how many messages were left out because of the limits
  long add(Map<CountedMail, Long> sums) throws IOException {
    var sheet = new CountSheet(sums);
    return database.work(
        connection -> {
          try (var writing = new CountWriting(connection, limits)) {
            return writing.write(sheet);
          }
        });
  }

  /// What was counted on the days before `today`, and is not told yet; of each day those with the
  /// most messages first.
  public List<PendingReport> before(LocalDate today) throws IOException {
    return pending("day < ? ORDER BY day, messages DESC, id", s -> s.setLong(1, day(today)));
  }

  /// What was counted for a domain, the last day first.
  public List<PendingReport> of(String domain) throws IOException {
    return pending("domain = ? ORDER BY day DESC, id", s -> s.setString(1, domain));
  }

  /// What was counted on a day and is not told yet, most messages first.
  public List<PendingReport> on(LocalDate day) throws IOException {
    return pending("day = ? ORDER BY messages DESC, id", s -> s.setLong(1, day(day)));
  }

  private interface Filling {
    void fill(PreparedStatement statement) throws SQLException;
  }

  private List<PendingReport> pending(String where, Filling filling) throws IOException {
    return database.work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT id, day, domain, published, rua, messages, passed, left_out"
                      + " FROM report_out_policy WHERE "
                      + where)) {
            filling.fill(s);
            var found = new ArrayList<PendingReport>();
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                found.add(
                    new PendingReport(
                        row.getLong(1),
                        LocalDate.ofEpochDay(row.getLong(2)),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8)));
              }
            }
            return found;
          }
        });
  }

  /// Hands out the rows of a report, by source; only one of them is in memory at a time.
  void rows(PendingReport report, Rows out) throws IOException {
    var read = new ReadResults();
    try {
      var _ =
          database.work(
              connection -> {
                try (PreparedStatement s =
                    connection.prepareStatement(
                        "SELECT r.source, r.messages, t.text FROM report_out_row r"
                            + " JOIN report_out_result t"
                            + " ON t.policy = r.policy AND t.hash = r.hash"
                            + " WHERE r.policy = ? ORDER BY r.source, r.hash")) {
                  s.setFetchSize(500);
                  s.setLong(1, report.id());
                  try (ResultSet row = s.executeQuery()) {
                    while (row.next()) {
                      Entry like = read.entry(row.getString(3));
                      out.take(
                          new Entry(
                              IpLiteral.print(InetAddress.getByAddress(row.getBytes(1))),
                              row.getLong(2),
                              like.evaluated(),
                              like.identifiers(),
                              like.dkim(),
                              like.spf()));
                    }
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                return true;
              });
    } catch (UncheckedIOException e) {
      throw new IOException("a report cannot be written: " + e.getMessage(), e);
    }
  }

  /// Results that were read last, since most rows have one of a few.
  private static final class ReadResults {
    private static final int MOST = 200;

    private final ResultText texts = new ResultText();
    private final Map<String, Entry> read = new HashMap<>();

    /// @return without source and messages
    Entry entry(String text) {
      if (read.size() >= MOST) {
        read.clear();
      }
      return read.computeIfAbsent(text, each -> texts.entry("", 0, each));
    }
  }

  /// Takes reports for oneself, so that no other process sends them; in one commit.
  ///
  /// @param until when another one may, since this one must have been killed
  /// @return those that are free, in the same order
  List<PendingReport> claim(List<PendingReport> reports, Instant now, Instant until)
      throws IOException {
    Set<Long> claimed =
        database.work(
            connection -> {
              var taken = new HashSet<Long>();
              try (PreparedStatement s =
                  connection.prepareStatement(
                      "UPDATE report_out_policy SET claimed = ? WHERE id = ? AND claimed <= ?")) {
                for (PendingReport report : inOrder(reports)) {
                  s.setLong(1, until.getEpochSecond());
                  s.setLong(2, report.id());
                  s.setLong(3, now.getEpochSecond());
                  if (s.executeUpdate() > 0) {
                    taken.add(report.id());
                  }
                }
              }
              return taken;
            });
    return reports.stream().filter(report -> claimed.contains(report.id())).toList();
  }

  /// In the order in which sums are written, so that no two processes wait for each other.
  private static List<PendingReport> inOrder(List<PendingReport> reports) {
    return reports.stream()
        .sorted(
            Comparator.comparing(PendingReport::day)
                .thenComparing(PendingReport::domain)
                .thenComparing(PendingReport::published))
        .toList();
  }

  /// Gives back what could not be done.
  void unclaim(List<PendingReport> reports) throws IOException {
    each(
        List.of("UPDATE report_out_policy SET claimed = 0 WHERE id = ?"),
        inOrder(reports),
        (s, report) -> s.setLong(1, report.id()));
  }

  /// Forgets what has been told, or need not be; in one commit.
  void forget(List<PendingReport> reports) throws IOException {
    each(
        List.of(
            "DELETE FROM report_out_policy WHERE id = ?",
            "DELETE FROM report_out_row WHERE policy = ?",
            "DELETE FROM report_out_result WHERE policy = ?"),
        inOrder(reports),
        (s, report) -> s.setLong(1, report.id()));
  }

  /// Writes down what became of reports, in one commit.
  void put(List<Sent> all) throws IOException {
    each(
        List.of(
            "INSERT INTO report_out_sent (report, address, day, domain, messages, octets, at, tag,"
                + " outcome, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (report, address) DO UPDATE SET octets = excluded.octets,"
                + " at = excluded.at, tag = excluded.tag, outcome = excluded.outcome,"
                + " detail = excluded.detail"),
        all,
        (s, sent) -> {
          s.setString(1, sent.report());
          s.setString(2, sent.address());
          s.setLong(3, day(sent.day()));
          s.setString(4, sent.domain());
          s.setLong(5, sent.messages());
          s.setLong(6, sent.octets());
          s.setLong(7, sent.at().getEpochSecond());
          s.setString(8, sent.tag());
          s.setString(9, sent.outcome().word());
          s.setString(10, sent.detail());
        });
  }

  /// Takes back what was put, since the reports did not leave; in one commit.
  void forgetSent(List<Sent> all) throws IOException {
    each(
        List.of("DELETE FROM report_out_sent WHERE report = ? AND address = ?"),
        all,
        (s, sent) -> {
          s.setString(1, sent.report());
          s.setString(2, sent.address());
        });
  }

  /// What became of reports, the last one first.
  ///
  /// @param from the first day wanted, of those that are told of
  public List<Sent> sent(LocalDate from) throws IOException {
    return sent("day >= ? ORDER BY at DESC, domain, address", s -> s.setLong(1, day(from)));
  }

  /// What became of one report.
  List<Sent> sent(String report) throws IOException {
    return sent("report = ?", s -> s.setString(1, report));
  }

  /// The report that left with this tag in its reverse-path.
  Optional<Sent> tagged(String tag) throws IOException {
    return sent("tag = ?", s -> s.setString(1, tag)).stream().findFirst();
  }

  private List<Sent> sent(String where, Filling filling) throws IOException {
    return database.work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT report, address, day, domain, messages, octets, at, tag, outcome, detail"
                      + " FROM report_out_sent WHERE "
                      + where)) {
            filling.fill(s);
            var found = new ArrayList<Sent>();
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                found.add(
                    new Sent(
                        row.getString(1),
                        row.getString(2),
                        LocalDate.ofEpochDay(row.getLong(3)),
                        row.getString(4),
                        row.getLong(5),
                        row.getLong(6),
                        Instant.ofEpochSecond(row.getLong(7)),
                        row.getString(8),
                        Sent.Outcome.of(row.getString(9)),
                        row.getString(10)));
              }
            }
            return found;
          }
        });
  }

  /// Lets an address rest.
  void rest(Rest rest) throws IOException {
    update(
        "INSERT INTO report_out_rest (address, until, reason) VALUES (?, ?, ?)"
            + " ON CONFLICT (address) DO UPDATE SET until = excluded.until,"
            + " reason = excluded.reason",
        s -> {
          s.setString(1, rest.address());
          s.setLong(2, rest.until().getEpochSecond());
          s.setString(3, rest.reason());
        });
  }

  /// The addresses that rest, the one that rests longest last.
  public List<Rest> resting(Instant now) throws IOException {
    return database.work(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT address, until, reason FROM report_out_rest WHERE until > ?"
                      + " ORDER BY until, address")) {
            s.setLong(1, now.getEpochSecond());
            var found = new ArrayList<Rest>();
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                found.add(
                    new Rest(
                        row.getString(1), Instant.ofEpochSecond(row.getLong(2)), row.getString(3)));
              }
            }
            return found;
          }
        });
  }

  /// Forgets what was sent before a day, and addresses that have rested.
  void forgetSent(LocalDate before, Instant now) throws IOException {
    update("DELETE FROM report_out_sent WHERE day < ?", s -> s.setLong(1, day(before)));
    update("DELETE FROM report_out_rest WHERE until <= ?", s -> s.setLong(1, now.getEpochSecond()));
  }

  private static long day(LocalDate day) {
    return day.toEpochDay();
  }

  private void update(String sql, Filling filling) throws IOException {
    each(List.of(sql), List.of(filling), (s, one) -> one.fill(s));
  }

  private interface FillingOf<T> {
    void fill(PreparedStatement statement, T one) throws SQLException;
  }

  /// Runs each of the statements for all of them, in one commit.
  private <T> void each(List<String> statements, List<T> all, FillingOf<T> filling)
      throws IOException {
    if (all.isEmpty()) {
      return;
    }
    var _ =
        database.work(
            connection -> {
              for (String sql : statements) {
                try (PreparedStatement s = connection.prepareStatement(sql)) {
                  for (T one : all) {
                    filling.fill(s, one);
                    s.executeUpdate();
                  }
                }
              }
              return true;
            });
  }

  @Override
  public void close() {
    database.close();
  }
}
