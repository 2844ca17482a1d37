/// Reading mail: Dovecot joined to this server, so that people see one system.
///
/// [DovecotConfiguration] writes what the installed Dovecot (2.3 or 2.4) has to be told, as files
/// of ours beside those of its package; [DovecotDirectory] puts them in place, has Dovecot check
/// them, and takes them away again. Dovecot then asks this server three things over HTTP on
/// loopback, with a secret, from a script in Lua: whether a password is right, where a mailbox is
/// and how large it may be, and who there is. [AccountsDoor] answers through the same port as
/// submission, so app passwords, damping, locks and the line of the log are the same for both (adr
/// 0013). The other way round, [DoveadmSocket] speaks to Dovecot's doveadm service, which may do
/// two things for us: end the sessions of a user, and read its settings again when the certificate
/// was renewed.
///
/// Mail goes to Dovecot over LMTP (`mailboxes.lmtp`), so that its rules, quotas and indexes work;
/// mailboxes are the Maildirs that this server wrote before.
///
/// A webmail is joined likewise: [RoundcubeConfiguration] is what Debian's Roundcube has to be
/// told, [RoundcubeDirectory] puts it in place, and users change their password there by a fourth
/// question of [AccountsDoor], with a secret that opens nothing else.
@NullMarked
package net.facteur.server.imap;

import org.jspecify.annotations.NullMarked;
