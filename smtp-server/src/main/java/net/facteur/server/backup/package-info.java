/// Backups of the whole server, and the way back.
///
/// A backup is one archive: tar, pressed by gzip, and encrypted to age recipients if wanted. It is
/// made while the server runs. [net.facteur.server.backup.Snapshot] takes everything as it is at
/// one moment: the queue as one transaction sees it, other databases by SQLite's own copy, and the
/// files around them such that no message is both queued and delivered, and none is neither.
/// [net.facteur.server.backup.Inventory] is the one list of what belongs to it: everything below
/// the directory of the data, but what it names with a reason, and each file that a setting names.
/// So nothing that a new package keeps can be forgotten.
///
/// [net.facteur.server.backup.Manifest] says what is in an archive, with a hash for each file. It
/// is the last entry, since the archive is written once and never sought in.
///
/// [net.facteur.server.backup.Restore] looks at the whole archive before it touches anything,
/// unpacks it beside what is there, and puts it in place by renames that a
/// [net.facteur.server.backup.RestorePlan] on the disk lists, so that whoever is killed in the
/// middle goes on where it was. [net.facteur.server.backup.Rehearsal] does the same in a place of
/// its own, and starts the program there.
@NullMarked
package net.facteur.server.backup;

import org.jspecify.annotations.NullMarked;
