/// Moving in from another mail server.
///
/// [PostfixReader] reads a Postfix with what stands beside it: maps, aliases, Dovecot's users,
/// OpenDKIM's keys, the secret of postsrsd. It opens files for reading only. What comes of it is a
/// [Move]: settings, users, keys, and three lists, which say of each thing whether it is taken
/// over, taken over otherwise, or not taken over and why. [NewServer] writes it where nothing is
/// yet.
@NullMarked
package net.facteur.server.migrate;

import org.jspecify.annotations.NullMarked;
