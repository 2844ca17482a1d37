/// Where an accepted recipient's mail goes.
///
/// An address is followed step by step: an alias, a forward or a catch-all replaces it by others, a
/// user ends at a mailbox, a foreign domain ends at its MX or at a smarthost. [Router#resolve]
/// gives the ends, or says that nobody is there, which is refused at RCPT so that no report is ever
/// sent to a forged sender. [Router#envelopes] turns an accepted transaction into what the queue
/// keeps: recipients with a destination each, grouped by reverse-path, since a message that is
/// forwarded to a foreign host may leave with a reverse-path of its own. The queue holds the next
/// hop as text; [NextHop] writes that text and reads it back for the delivery agent.
@NullMarked
package net.facteur.server.routing;

import org.jspecify.annotations.NullMarked;
