package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.store.Consignment;

/// What differs between the engines.
interface Engine {
  /// The connection that writes, each commit of which is on disk when it returns.
  Connection openWriter() throws SQLException;

  /// A connection that sees what is committed and can change nothing.
  Connection openReader() throws SQLException;

  /// A connection for [#page].
  Connection openLeaser() throws SQLException;

  /// Brings the tables to the present version.
  void migrate(Connection writer) throws SQLException;

  /// The store was closed after it had worked.
  default void stopped() {}

  /// True where space is what `failure` complains about.
  boolean isFull(SQLException failure);

  /// Looks through the whole database for pages that make no sense, and notes what is found. Reads
  /// all of it, so it is called seldom.
  default void look(Connection reader) throws SQLException {}

  /// Told of each failure to read or write, so that damage is noted.
  default void failed(SQLException failure) {}

  /// Gives back to the disk what the database holds without need, as far as that works. Never
  /// fails.
  default void shrink(Connection writer) {}

  /// Octets of this disk that the database holds and has no use for.
  long spare(Connection reader) throws SQLException;

  /// True where one row was refused, and the connection is sound.
  boolean isRefusedRow(Exception failure);

  /// The bounds of the writer's transactions, from then on.
  Transactions transactions(Connection writer) throws SQLException;

  /// Where the numbers of new messages come from.
  Numbers numbers(Connection writer) throws SQLException;

  /// Further assignments of an UPDATE after which a recipient is nobody's, with a leading comma.
  String endLease();

  /// What is due for a destination and not another process's, now ours.
  DueRows.Page page(Connection leaser, PageQuery query, int recipientsTogether, Leases.Watch watch)
      throws SQLException;

  /// The open recipients of a message that are not another process's, now ours.
  List<Consignment> message(Connection writer, long message, int recipientsTogether)
      throws SQLException;

  /// How often somebody else may have left something; empty where there is nobody else.
  Optional<Duration> lookAgain();

  /// Says that this process lives, where there are others; on a connection of its own, since what
  /// is written meanwhile may take long.
  void beat() throws SQLException;

  /// Says that it does not live any more.
  void leave() throws SQLException;

  /// How many processes work on the queue, this one included, as of the last [#beat].
  int nodes();

  /// True where a statement costs a journey, so that rows are better sent together.
  boolean sendsTogether();

  /// True as long as what this process has leased is still its own.
  boolean alive();

  /// Where transactions begin and end.
  interface Transactions {
    /// Begins one, unless one is open.
    void begin() throws SQLException;

    /// Ends it; when this returns it is on disk.
    void commit() throws SQLException;

    /// Undoes what was done since the last commit.
    void rollBack() throws SQLException;
  }

  /// Numbers for messages, each given once.
  interface Numbers {
    long next() throws SQLException;
  }
}
