/// What the servers of others mean by their refusals, and what to do about it.
///
/// The big providers refuse with codes and texts of their own: `5.7.26`, `S3150`, `OFR_506`. A
/// table in the resources (`explanations.txt`) says of each, in English and French, whom it is
/// about, why it was said and what to do; a file of the administrator may say more, in the same
/// form, and goes before it. Patterns are fragments of text and codes, so that none can take long.
/// What no entry fits is judged by its status code.
@NullMarked
package net.facteur.server.explanations;

import org.jspecify.annotations.NullMarked;
