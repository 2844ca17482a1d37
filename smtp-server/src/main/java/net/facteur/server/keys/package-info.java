/// The life of the keys that others find in the DNS: DKIM keys and the keys of certificates.
///
/// A key goes through states ([net.facteur.server.keys.KeyState]): generated, publishing, visible,
/// active, retiring, revoking, revoked, revealed. Each change of state is one line of a journal
/// ([net.facteur.server.keys.KeyJournal]), synced before anything relies on it; the states are
/// nothing but the sum of these lines ([net.facteur.server.keys.KeyRing], which refuses every line
/// that would leave a domain without its key, or with two).
///
/// [net.facteur.server.keys.KeyLife] looks at one domain at a time, does the next step, and writes
/// it down. It may be stopped at any point: whatever it does can be done again.
///
/// Records reach the DNS in one of three ways ([net.facteur.server.keys.Publisher]): by a signed
/// update, by a person, or in a zone of keys that CNAMEs lead to. Whichever it is, a key signs only
/// after every name server of the zone was asked itself, and agreed.
@NullMarked
package net.facteur.server.keys;

import org.jspecify.annotations.NullMarked;
