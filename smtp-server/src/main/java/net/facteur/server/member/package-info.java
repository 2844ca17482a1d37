/// The pages of a user about his own things: the password, passwords of mail programs, the forward,
/// the room in the mailbox, where his mail is, and a copy of what is kept about him.
///
/// They hold no logic: each change goes through the door that commands use ([Accounts#change],
/// [AddressStore], [Releases]). A form of which somebody else changed the ground meanwhile changes
/// nothing, and says so.
@NullMarked
package net.facteur.server.member;

import net.facteur.server.accounts.Accounts;
import net.facteur.server.addresses.AddressStore;
import net.facteur.server.quarantine.Releases;
import org.jspecify.annotations.NullMarked;
