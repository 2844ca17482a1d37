/// Writes the few files that the mechanisms remember things in.
@NullMarked
package net.facteur.auth.files;

import org.jspecify.annotations.NullMarked;
