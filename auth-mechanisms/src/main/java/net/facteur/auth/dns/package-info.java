/// Names, record types, and the port through which every mechanism asks the DNS.
///
/// A look-up ends in one of five ways (see [Answer]): records, no such data, no such name, a
/// failure that may pass, or an answer that failed DNSSEC validation. All five are values. The
/// mechanisms of this library see [Resolver] only; dnsjava stands behind it and appears nowhere
/// else.
///
/// [DnssecResolver] proves answers by DNSSEC: each record set is signed by a key of its zone, the
/// parent zone signs a digest of that key, and so on up to the root, whose keys are the
/// [TrustAnchors]. An answer is then *secure* (proven), *insecure* (proven to be unsigned, which is
/// no error), or *bogus* (it should be proven and is not).
@NullMarked
package net.facteur.auth.dns;

import org.jspecify.annotations.NullMarked;
