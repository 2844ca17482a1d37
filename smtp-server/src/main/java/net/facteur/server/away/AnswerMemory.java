package net.facteur.server.away;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.queue.StoreSettings;

/// Who was answered when, over restarts, and by all servers that share the queue. Of a sender only
/// a hash is kept, for [Absence#MAX_DAYS] days. Safe for use by many threads; blocks.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5230#section-4.2 RFC 5230, section 4.2: previous
///   response tracking
public final class AnswerMemory implements AutoCloseable {
  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE IF NOT EXISTS away_answered ("
              + "account TEXT NOT NULL, sender {octets} NOT NULL, at BIGINT NOT NULL,"
              + " PRIMARY KEY (account, sender)) {clustered}",
          "CREATE INDEX IF NOT EXISTS away_answered_at ON away_answered (at)");

  private static final Duration DAY = Duration.ofDays(1);

  private final CountsDatabase database;

  private AnswerMemory(CountsDatabase database) {
    this.database = database;
  }

  /// The one beside a queue, or in the database that several servers share.
  public static AnswerMemory at(StoreSettings.Place queue) throws IOException {
    return new AnswerMemory(CountsDatabase.at(queue, TABLES));
  }

  /// Bounds of what is answered in a day.
  ///
  /// @param each by one account
  /// @param all by all together
  record Bounds(int each, int all) {}

  /// What comes of asking whether to answer.
  enum Claim {
    /// Answer: it is written down.
    ANSWER,
    /// The sender was answered lately.
    ANSWERED,
    /// As many were answered in a day as may be.
    BOUNDED
  }

  /// Asks whether a sender is to be answered, and writes it down.
  ///
  /// @param account in whose place
  /// @param sender whoever is answered, and which absence it is
  Claim claim(String account, String sender, int days, Bounds bounds, Instant now)
      throws IOException {
    long at = now.getEpochSecond();
    byte[] hash = hash(account, sender);
    return database.work(
        connection -> {
          update(
              connection,
              "DELETE FROM away_answered WHERE at < ?",
              at - Duration.ofDays(Absence.MAX_DAYS).toSeconds());
          long since = at - DAY.toSeconds();
          if (count(connection, "SELECT COUNT(*) FROM away_answered WHERE at > ?", since)
                  >= bounds.all()
              || count(
                      connection,
                      "SELECT COUNT(*) FROM away_answered WHERE account = ? AND at > ?",
                      account,
                      since)
                  >= bounds.each()) {
            return Claim.BOUNDED;
          }
          int written =
              update(
                  connection,
                  "INSERT INTO away_answered (account, sender, at) VALUES (?, ?, ?)"
                      + " ON CONFLICT (account, sender) DO UPDATE SET at = excluded.at"
                      + " WHERE away_answered.at <= ?",
                  account,
                  hash,
                  at,
                  at - Duration.ofDays(days).toSeconds());
          return written > 0 ? Claim.ANSWER : Claim.ANSWERED;
        });
  }

  /// Takes back what was written down of an answer that could not be sent.
  void forget(String account, String sender) throws IOException {
    byte[] hash = hash(account, sender);
    int _ =
        database.work(
            connection ->
                update(
                    connection,
                    "DELETE FROM away_answered WHERE account = ? AND sender = ?",
                    account,
                    hash));
  }

  private static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      fill(statement, values);
      return statement.executeUpdate();
    }
  }

  private static long count(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      fill(statement, values);
      try (ResultSet found = statement.executeQuery()) {
        return found.next() ? found.getLong(1) : 0;
      }
    }
  }

  private static void fill(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      switch (values[i]) {
        case Long number -> statement.setLong(i + 1, number);
        case String text -> statement.setString(i + 1, text);
        case byte[] octets -> statement.setBytes(i + 1, octets);
        case Object other -> throw new IllegalArgumentException(other.toString());
      }
    }
  }

  private static byte[] hash(String account, String sender) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest((account + "\0" + sender).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
