/// Signing of outbound mail with DKIM by each domain's active selector.
///
/// Every private-key operation runs on the [SigningPool]: a bounded number of platform threads with
/// a bounded queue before them. RSA is pure computation; on an event loop it would stall strangers,
/// on virtual threads it would starve their carriers. Where the pool's queue is full the client is
/// told to come back, and nothing leaves unsigned.
@NullMarked
package net.facteur.server.signing;

import org.jspecify.annotations.NullMarked;
