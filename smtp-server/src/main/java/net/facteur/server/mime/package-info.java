/// The parts of a message (MIME), read in one pass: what each says of itself, and where its content
/// begins and ends. Nothing is decoded, and nothing is kept.
@NullMarked
package net.facteur.server.mime;

import org.jspecify.annotations.NullMarked;
