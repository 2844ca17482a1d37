/// Password hashes of other programs, as they come along when a server moves in: those of `crypt`,
/// of Dovecot's schemes, of LDAP and of Apache's htpasswd.
///
/// [HashText] reads one; a [ForeignHash] says whether a password is right. Each has a bound on what
/// one check may cost, since the line is somebody else's. Nothing new is hashed this way: after the
/// first right login the user has an Argon2id hash.
@NullMarked
package net.facteur.server.accounts.hash;

import org.jspecify.annotations.NullMarked;
