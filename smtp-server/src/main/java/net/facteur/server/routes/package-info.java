/// Which way mail for elsewhere takes, and what becomes of it if that way is closed.
///
/// A rule ([net.facteur.server.routes.RouteRule], a block of `routes` in the settings) says for
/// which destinations, providers or senders it holds, and how their mail leaves: by the mail
/// exchangers from an address of this machine, by a host with a login, or by LMTP. The narrowest
/// rule wins. What no rule names goes by the smarthost if there is one, and straight to the mail
/// exchangers otherwise.
///
/// [net.facteur.server.routes.Routes] chooses at each attempt, so that a new rule acts on what is
/// queued already; the queue keeps the destination and not the way.
///
/// A fallback is a second way. It is taken for a provider if that refuses us by policy, and the
/// refused message goes by it in the same attempt; a refusal that is about the recipient or the
/// content stands. It is taken too if no mail has got through by the first way for a set time. From
/// time to time one message tries the first way again. If that is taken, the fallback is over; if
/// not, the message goes by the second way at once. No message is lost or sent twice by this: it
/// changes its way only after a host has clearly not taken it.
/// [net.facteur.server.routes.Fallbacks] remembers all of it in the store of what is counted, so
/// that it outlives a restart and holds on every node.
@NullMarked
package net.facteur.server.routes;

import org.jspecify.annotations.NullMarked;
