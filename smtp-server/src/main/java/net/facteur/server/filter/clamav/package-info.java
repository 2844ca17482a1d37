/// ClamAV, asked by its command INSTREAM.
///
/// [Clamav] is the filter: it sends a message in pieces over one connection, and hears one line
/// ([ClamavAnswer]). Harmful messages are refused or put into the quarantine, as the settings say
/// ([ClamavSettings]). What could not be looked into, since it is too large or encrypted, is marked
/// so.
///
/// @see <a href="https://docs.clamav.net/manual/Usage/Scanning.html#clamd">clamd</a>
@NullMarked
package net.facteur.server.filter.clamav;

import org.jspecify.annotations.NullMarked;
