/// Accounts that are kept in an LDAP directory.
///
/// [LdapDirectory] is a source of accounts beside the users file. It asks by search for the entry
/// that has an address ([FilterTemplate], [DirectorySchema]), reads of it who that is
/// ([DirectoryAnswer]), and asks whether a password is right by a bind as the entry: the password
/// itself is never read. Routing and listeners are answered from memory ([DirectoryMemory]); who
/// needs an answer that is not there waits for it on a thread of its own, never on an event loop.
///
/// [DirectoryServers] goes to the first server that answers, over connections that are encrypted
/// and proven, and leaves one alone for a while that does not. Where none answers, nobody is said
/// not to exist: mail and logins wait, and who has logged in lately still can.
@NullMarked
package net.facteur.server.ldap;

import org.jspecify.annotations.NullMarked;
