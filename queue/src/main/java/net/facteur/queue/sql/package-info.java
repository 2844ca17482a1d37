/// Where queued mail is kept, and why a 250 can be trusted.
///
/// [SqlStore] is what the engines have in common: [SqliteStore], embedded, and [PostgresStore],
/// shared by several nodes. What differs between them is behind [Engine]. Only whoever opens the
/// queue names this package; all others see it as a [net.facteur.queue.store.QueueStore]. The
/// directory of the embedded engine holds
///
/// - `queue.db` (with `-wal` and `-shm` beside it): an SQLite database in WAL mode with
///   `synchronous=FULL`; [Schema] documents its tables, and `sqlite3` opens it;
/// - `staging/`: bodies over the threshold while they are received;
/// - `bodies/xx/`: those bodies once their message is queued, named by queue id;
/// - `lock`: held by the running server.
///
/// **Group commit.** One thread ([CommitThread]) owns the only writing connection. Whoever wants
/// something written hands over a change and gets a stage; the thread takes what waits, as
/// [net.facteur.queue.schedule.GroupCommit] says, runs it in one transaction, and completes the
/// stages after the commit, whose fsync is thus shared. Where the transaction fails, each change is
/// tried alone, so that only those which cannot be kept fail.
///
/// **Large bodies.** A body over the threshold is written to `staging/`, synced, renamed to
/// `bodies/xx/`, and that directory synced, all before the commit that refers to it. It is removed
/// after the commit that forgets it. A crash between leaves a file without a row, swept at the next
/// start, never a row without its file.
///
/// **Check sums.** Each recipient's envelope and each message's octets carry one ([Sums]), made
/// before the commit and compared whenever they are read. What does not match is set aside, named
/// in the log, and never leaves.
///
/// **Leases.** What is handed out for delivery is leased, so that it is not handed out twice. With
/// one process the leases live in memory ([Leases]) and a crash frees them. Nodes that share a
/// queue also write their name into the rows that they take (`lease_node`, taken with `FOR UPDATE
/// SKIP LOCKED`); a row in `node`, renewed several times a minute, says that the name still counts.
/// A settlement gives the row back to all; the rows of a node that died are free once its own row
/// is stale, and a node that could not renew it starts no attempt.
@NullMarked
package net.facteur.queue.sql;

import org.jspecify.annotations.NullMarked;
