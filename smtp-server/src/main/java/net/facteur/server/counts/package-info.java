/// What is counted, and outlives a restart: in memory for whoever asks, and written behind, every
/// few seconds, into one SQLite database beside the queue (`counts.db`), or into the PostgreSQL
/// database that several servers share. A power cut loses the last seconds of counting, and no
/// mail.
///
/// Whoever counts has a [net.facteur.server.counts.Tallies] of his own, and names it. Each process
/// writes rows of its own and reads those of the others, so that nobody waits for anybody.
@NullMarked
package net.facteur.server.counts;

import org.jspecify.annotations.NullMarked;
