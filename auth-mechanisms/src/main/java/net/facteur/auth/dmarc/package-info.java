/// DMARC: does the domain that a reader sees in From stand behind the message, and what does it ask
/// for where it does not?
///
/// SPF and DKIM authenticate domains that no reader sees: that of the reverse-path and those of the
/// signatures. DMARC asks whether one of them belongs together with the author domain ("is
/// aligned"): either they are the same, or they have the same organizational domain. Which domain
/// is the organizational one is found by walking up the DNS tree and reading the `_dmarc` records
/// on the way ([net.facteur.auth.dmarc.DnsTreeWalk]); no list of public suffixes is needed. The
/// record found also says what to do with a message that fails ([DmarcRecord]), but a receiver must
/// not reject for that alone: mailing lists break signatures of honest mail. So the outcome tells
/// both what the domain asks for and what local policy makes of it ([DmarcLocalPolicy]).
///
/// @spec https://www.rfc-editor.org/rfc/rfc9989 RFC 9989: Domain-Based Message Authentication,
///   Reporting, and Conformance (DMARC)
@NullMarked
package net.facteur.auth.dmarc;

import org.jspecify.annotations.NullMarked;
