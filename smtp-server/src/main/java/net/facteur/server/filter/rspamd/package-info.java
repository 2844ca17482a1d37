/// rspamd, asked over its HTTP protocol.
///
/// [Rspamd] is the filter. It sends a message as it was received, under our Authentication-Results,
/// with what is known of the transaction in fields of HTTP, and reads action, score and symbols of
/// the answer ([RspamdAnswer]). The settings say what each action leads to ([RspamdSettings]).
///
/// What SPF, DKIM, DMARC and ARC found is handed over under rspamd's own names ([OwnResults]), so
/// that it asks nobody again. [RspamdController] is the other side of rspamd: it learns from
/// messages, and says what it has learnt.
///
/// @see <a href="https://rspamd.com/doc/architecture/protocol.html">the protocol of rspamd</a>
@NullMarked
package net.facteur.server.filter.rspamd;

import org.jspecify.annotations.NullMarked;
