/// Reads what is left of an SQLite database that SQLite itself cannot read any more.
///
/// SQLite gives up a database whose first page is damaged, the rows below a damaged interior page,
/// and all transactions in the log behind a damaged frame. Most of that is still there. [PageFile]
/// puts the pages of database and log together, past damaged frames; [Tree] walks a b-tree and
/// passes over cells and pages that make no sense; [Row] decodes records. Nothing is written, and
/// nothing that stands in the files throws: whatever cannot be read is left out.
///
/// Whether a row is what was once written, only check sums of its own can tell.
///
/// @spec https://www.sqlite.org/fileformat2.html The database file format, the write-ahead log
@NullMarked
package net.facteur.queue.salvage;

import org.jspecify.annotations.NullMarked;
