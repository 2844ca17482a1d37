/// Signing in to the pages: who somebody is, and how long a browser may be that person.
///
/// The password of the mail account is one proof, checked at the same door as for every other
/// service ([net.facteur.server.accounts.Logins]). Beside it, a user may have [Proofs] of this
/// package: a [TimeCode] with [RecoveryCodes] as second one, or a [Passkey] in place of both.
/// [SignIn] asks for what is needed, damped and logged as AUTH is; whoever has shown it gets a
/// [WebSession], which a browser carries as a [Token] and the server keeps as a hash. An
/// [Invitations] link stands in for the password once.
///
/// What is kept lies in three files of the data directory, 0600, a JSON object on each line: they
/// are few, they have to be durable at once, a restart is not to sign everybody out, and commands
/// change them whether a server runs or not ([KeptLines]). They are read again where somebody else
/// wrote them.
@NullMarked
package net.facteur.server.signin;

import org.jspecify.annotations.NullMarked;
