/// Users: who they are, how they prove it, and which addresses they may send as.
///
/// Users stand in one file, a line each ([UsersFile]); the command line edits it under a lock and
/// the server rereads it when it changes. A password is kept as an Argon2id hash ([PasswordHash]);
/// keys for SCRAM-SHA-256 ([ScramRecord]) only for users who have it turned on. [Accounts] answers
/// AUTH: it hashes on a small pool of its own, so that memory and cores are bounded, remembers a
/// right password for a while by a keyed digest, spends as much work on unknown users as on known
/// ones, and lets whoever guesses wait ([Damping]).
@NullMarked
package net.facteur.server.accounts;

import org.jspecify.annotations.NullMarked;
