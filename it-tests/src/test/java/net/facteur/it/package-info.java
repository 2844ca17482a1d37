/// The rules of the house, and the whole server against peers that nobody here wrote.
@NullMarked
package net.facteur.it;

import org.jspecify.annotations.NullMarked;
