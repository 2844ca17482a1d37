/// Who takes the mail of a domain.
///
/// Hundreds of domains lie at one provider, who counts what a server sends to all of them, and
/// refuses it for all of them. A provider is known by the names of its mail exchangers: a table in
/// the resources (`providers.txt`) names the big ones, and any other exchanger belongs to the
/// domain that it stands under. Which domain lies where is learned from the hosts that were met,
/// and remembered for some weeks; nothing is asked of the DNS for it.
@NullMarked
package net.facteur.server.providers;

import org.jspecify.annotations.NullMarked;
