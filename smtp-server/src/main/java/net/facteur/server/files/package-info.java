/// Writes the files that the server and its commands keep.
///
/// Every one of them is written whole under another name, synced, given its owner and mode, and
/// only then put in its place; the directory is synced last. So neither a crash nor a power cut
/// leaves half a file, and no reader meets one.
///
/// Commands are often typed as root, beside a server that runs as a user of its own. What root
/// replaces keeps its owner, group and mode; what root adds belongs to the owner of the directory.
/// The mode never depends on the umask.
@NullMarked
package net.facteur.server.files;

import org.jspecify.annotations.NullMarked;
