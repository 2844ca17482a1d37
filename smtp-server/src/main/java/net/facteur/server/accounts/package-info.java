/// Users: who they are, how they prove it, and which addresses they may send as.
///
/// Users stand in one file, a line each ([UsersFile]); the command line edits it under a lock and
/// the server rereads it when it changes. A password is kept as an Argon2id hash ([PasswordHash]);
/// one that another server made stays until the first right login ([Renewals]); keys for
/// SCRAM-SHA-256 ([ScramRecord]) only for users who have it turned on. [Accounts] answers AUTH: it
/// hashes on a small pool of its own ([PasswordChecks]), so that memory and cores are bounded and a
/// crowd keeps nobody out, remembers a right password for a while by a keyed digest, answers for
/// unknown users as for known ones ([Strangers]), and lets whoever guesses wait ([LoginHistory]).
/// Where the file or a line of it cannot be read, it says so rather than that there is no such user
/// ([KnownUsers]).
@NullMarked
package net.facteur.server.accounts;

import org.jspecify.annotations.NullMarked;
