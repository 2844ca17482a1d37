/// What the queue needs of its memory, and the words for it.
///
/// [QueueStore] is the port. It hands out [Consignment]s: recipients of one message that share
/// reverse-path and next hop, leased to whoever got them. A lease ends with a [Settlement], which
/// says what becomes of each recipient and brings the reports along, all in one commit. An
/// [Operation] is what an operator does at once, an [Order] what waits until nobody else has the
/// recipient.
///
/// How mail is kept is the business of whoever implements the port: `net.facteur.queue.sql` does so
/// in a database. A new engine has to pass `QueueStoreContract`.
@NullMarked
package net.facteur.queue.store;

import org.jspecify.annotations.NullMarked;
