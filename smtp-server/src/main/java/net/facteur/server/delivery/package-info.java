/// Carries queued mail to its next hop.
///
/// [OutboundAgent] reads the destination and picks a transport: the MX hosts of a domain, a
/// smarthost, an LMTP server, or the Maildir agent. A transport names candidates, that is one
/// address of one host with the TLS it must have, best first; a `CandidateDelivery` offers the
/// message to one after the other until a host has answered for every recipient. It takes an idle
/// connection of the same candidate from the pool, or opens one: greeting, EHLO, STARTTLS, AUTH. A
/// `ClientTransaction` then sends the envelope in one flight where the host allows PIPELINING, and
/// the content by BDAT where it allows CHUNKING, by DATA otherwise.
///
/// Sockets block their virtual thread and have no time-outs of their own: each phase sets a
/// deadline on its connection, and one watchdog thread closes what is overdue, be it reading or
/// writing.
///
/// Until the final dot (or the last BDAT) has left, a lost connection only means another candidate.
/// After it nobody knows whether the host took the message: the recipients are deferred, and the
/// message may arrive twice, but is never lost.
@NullMarked
package net.facteur.server.delivery;

import org.jspecify.annotations.NullMarked;
