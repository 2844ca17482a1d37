package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The tables, and how an older database becomes a newer one.
///
/// `PRAGMA user_version` says how many migrations a database has seen; each further one runs in a
/// transaction of its own. A migration, once released, never changes. Times are milliseconds since
/// 1970 UTC, sizes are octets.
///
/// | table | one row for | leaves |
/// |---|---|---|
/// | `message` | each accepted message | when its history is forgotten |
/// | `content` | its octets, while somebody still needs them | with its last open recipient |
/// | `recipient` | each recipient, with its envelope's reverse-path and its state | with `message` |
/// | `attempt` | each delivery attempt for one recipient | with `message` |
/// | `journal` | what operators did to a message | with `message` |
/// | `refusal` | mail that was refused for a recipient | when its history is forgotten |
final class Schema {
  /// How the origin of a report begins; then comes the id of the message that it is about.
  static final String REPORT = "report about ";

  /// True of a report: a condition of the index of them, and of whoever asks by it.
  static final String IS_REPORT = "substr(origin, 1, " + REPORT.length() + ") = '" + REPORT + "'";

  /// What must be true of a database that was made by this version.
  static final List<List<String>> MIGRATIONS =
      List.of(
          List.of(
              """
              CREATE TABLE message (
                seq INTEGER PRIMARY KEY,      -- order of acceptance
                id TEXT NOT NULL UNIQUE,      -- the queue id, as in Received fields and logs
                received INTEGER NOT NULL,    -- when it was accepted
                finished INTEGER,             -- when its last recipient left; NULL while queued
                origin TEXT NOT NULL,         -- where it came from, for people
                size INTEGER NOT NULL,        -- header and body
                body_type TEXT NOT NULL,      -- BODY of MAIL: 7BIT, 8BITMIME or BINARYMIME
                smtputf8 INTEGER NOT NULL,    -- 1 where MAIL had SMTPUTF8
                require_tls INTEGER NOT NULL, -- 1 where MAIL had REQUIRETLS
                ret TEXT,                     -- RET of MAIL: FULL or HDRS
                envid TEXT,                   -- ENVID of MAIL, in xtext
                priority TEXT NOT NULL        -- BULK, NORMAL or URGENT
              )\
              """,
              "CREATE INDEX message_finished ON message (finished) WHERE finished IS NOT NULL",
              """
              CREATE TABLE content (
                seq INTEGER PRIMARY KEY,      -- message.seq
                header BLOB NOT NULL,         -- header section with its final empty line
                body BLOB,                    -- NULL where the body is in a file
                body_size INTEGER NOT NULL,
                body_file TEXT                -- below bodies/; NULL where the body is in this row
              )\
              """,
              """
              CREATE TABLE recipient (
                seq INTEGER NOT NULL,         -- message.seq
                n INTEGER NOT NULL,           -- from 0
                reverse_path TEXT NOT NULL,   -- without brackets; empty for <>
                address TEXT NOT NULL,        -- forward-path without brackets
                destination TEXT NOT NULL,    -- transport and next hop
                notify TEXT,                  -- NOTIFY: NULL absent, empty NEVER, else words
                orcpt TEXT,                   -- ORCPT, in xtext
                state TEXT NOT NULL,          -- queued held damaged
                                              -- delivered failed expired bounced removed
                next_attempt INTEGER NOT NULL,
                attempts INTEGER NOT NULL,
                delay_reported INTEGER NOT NULL, -- 1 once the sender was told of the delay
                last TEXT,                    -- status and reply of the last attempt
                PRIMARY KEY (seq, n)
              ) WITHOUT ROWID\
              """,
              "CREATE INDEX recipient_due ON recipient (destination, next_attempt)"
                  + " WHERE state = 'queued'",
              "CREATE INDEX recipient_kept ON recipient (state) WHERE state IN ('held', 'damaged')",
              """
              CREATE TABLE attempt (
                seq INTEGER NOT NULL,         -- message.seq
                n INTEGER NOT NULL,           -- recipient.n
                number INTEGER NOT NULL,      -- from 1; numbers may be missing where the
                                              -- destination as a whole was put off
                at INTEGER NOT NULL,
                took INTEGER NOT NULL,        -- milliseconds
                outcome TEXT NOT NULL,        -- delivered, deferred or failed
                status TEXT NOT NULL,         -- enhanced status code
                reply TEXT NOT NULL,
                remote_name TEXT,             -- NULL where no host was reached
                remote_address TEXT,
                tls TEXT,
                PRIMARY KEY (seq, n, number)
              ) WITHOUT ROWID\
              """),
          List.of(
              // For lists of what is queued, without its history.
              "CREATE INDEX message_queued ON message (id) WHERE finished IS NULL"),
          List.of(
              // The life of a message, beyond its attempts. Without indexes on what people ask for,
              // which they do rarely, while mail comes all the time.
              "ALTER TABLE message ADD COLUMN message_id TEXT", // without brackets
              "ALTER TABLE message ADD COLUMN facts TEXT", // lines: a word, a space, a text
              """
              CREATE TABLE journal (
                seq INTEGER NOT NULL,         -- message.seq
                at INTEGER NOT NULL,
                what TEXT NOT NULL,           -- hold, release, retry, remove, bounce, move
                detail TEXT NOT NULL          -- for people
              )\
              """,
              "CREATE INDEX journal_message ON journal (seq)"),
          List.of(
              """
              CREATE TABLE refusal (
                at INTEGER NOT NULL,
                origin TEXT NOT NULL,         -- who offered the mail, for people
                reverse_path TEXT NOT NULL,   -- without brackets
                address TEXT NOT NULL,        -- forward-path without brackets; empty where the
                                              -- sender was refused
                reply TEXT NOT NULL           -- what the client was told
              )\
              """,
              "CREATE INDEX refusal_at ON refusal (at)"),
          List.of(
              // What an operator wants done as soon as nobody has the recipient: bounce, or move
              // and a destination.
              "ALTER TABLE recipient ADD COLUMN ordered TEXT",
              // The local addresses that forwarded the message to the recipient, a line for each.
              "ALTER TABLE recipient ADD COLUMN forwarders TEXT"),
          List.of(
              // Who answers for it; NULL where no account does. Without an index, like the others.
              "ALTER TABLE message ADD COLUMN account TEXT"),
          List.of(
              // Of reports alone, which are few: each look at a message asks for those about it.
              "CREATE INDEX message_report ON message (origin) WHERE " + IS_REPORT),
          List.of(
              // Check sums; NULL for what older versions wrote. See Sums.
              "ALTER TABLE content ADD COLUMN sum INTEGER",
              "ALTER TABLE recipient ADD COLUMN sum INTEGER",
              // How many recipients it had, so that a lost one is missed; NULL likewise.
              "ALTER TABLE message ADD COLUMN recipients INTEGER"));

  private Schema() {}

  /// Brings the database to the present version.
  ///
  /// @throws SQLException where that fails, or the database is newer than this program
  static void migrate(Connection connection) throws SQLException {
    migrate(connection, MIGRATIONS);
  }

  static void migrate(Connection connection, List<List<String>> migrations) throws SQLException {
    int version = version(connection);
    if (version > migrations.size()) {
      throw new SQLException(
          "the queue was written by a newer version (schema "
              + version
              + ", known are "
              + migrations.size()
              + ")");
    }
    for (int step = version; step < migrations.size(); step++) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        try {
          for (String sql : migrations.get(step)) {
            statement.execute(sql);
          }
          statement.execute("PRAGMA user_version = " + (step + 1));
          statement.execute("COMMIT");
        } catch (SQLException e) {
          statement.execute("ROLLBACK");
          throw e;
        }
      }
    }
  }

  static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA user_version")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
