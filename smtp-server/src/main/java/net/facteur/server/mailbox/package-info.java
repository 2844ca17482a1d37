/// Delivery into Maildirs.
///
/// A message is written to `tmp/`, synced, renamed into `new/`, and the directory is synced: a
/// crash at any moment leaves either nothing but a file in `tmp/`, which readers ignore, or the
/// whole message. Only then is it Delivered. Names are unique by time, process, counter and host,
/// with the size as `,S=`, which Dovecot uses for its quota. Lines end in LF, as in every Maildir.
@NullMarked
package net.facteur.server.mailbox;

import org.jspecify.annotations.NullMarked;
