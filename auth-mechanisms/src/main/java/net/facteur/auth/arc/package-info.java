/// ARC, the Authenticated Received Chain: what the hosts before us found when they authenticated a
/// message.
///
/// A mailing list changes messages and so breaks their signatures. With ARC each host on the way
/// adds a set of three fields: what it found (ARC-Authentication-Results), a signature over the
/// message as it left (ARC-Message-Signature), and a seal over all sets so far (ARC-Seal). A
/// receiver that trusts a sealer may then believe what that sealer saw. The chain says nothing
/// about whether a sealer deserves trust; a valid chain of strangers proves nothing.
///
/// ARC was an experiment. The IETF is moving RFC 8617 to Historic, and DKIM2 is meant to take its
/// place, so nothing else in this library depends on this package.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8617 RFC 8617: The Authenticated Received Chain (ARC)
///   Protocol
@NullMarked
package net.facteur.auth.arc;

import org.jspecify.annotations.NullMarked;
