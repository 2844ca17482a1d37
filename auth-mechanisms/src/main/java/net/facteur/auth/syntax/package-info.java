/// Scanning of protocol text: results that say where and what was expected, never an exception.
///
/// Every parser of this library works on the original characters, one `char` per octet (ISO 8859-1)
/// unless it says otherwise, so that offsets in an error point into what was received.
@NullMarked
package net.facteur.auth.syntax;

import org.jspecify.annotations.NullMarked;
