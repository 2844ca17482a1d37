/// Names, record types, and the port through which every mechanism asks the DNS.
///
/// A look-up ends in one of five ways (see [Answer]): records, no such data, no such name, a
/// failure that may pass, or an answer that failed DNSSEC validation. All five are values. The
/// mechanisms of this library see [Resolver] only; dnsjava stands behind it and appears nowhere
/// else.
@NullMarked
package net.facteur.auth.dns;

import org.jspecify.annotations.NullMarked;
