/// Delivery into Maildirs.
///
/// A message is written to `tmp/`, synced, renamed into `new/`, and the directory is synced: a
/// crash at any moment leaves either nothing but a file in `tmp/`, which readers ignore, or the
/// whole message. Only then is it Delivered. Names in `tmp/` are unique by time, process, counter
/// and host. The name in `new/` is that of the copy: the time of acceptance, the queue id, a hash
/// of the recipient, the host, and the size as `,S=`, which Dovecot uses for its quota. An attempt
/// that may repeat one of a process that was killed before it could say so looks for that name in
/// `new/` and `cur/`; what a reader has deleted or moved elsewhere meanwhile comes once more. Lines
/// end in LF, as in every Maildir.
@NullMarked
package net.facteur.server.mailbox;

import org.jspecify.annotations.NullMarked;
