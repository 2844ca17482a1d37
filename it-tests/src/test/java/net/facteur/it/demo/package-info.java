/// The trial of `./facteur demo`, run as a person runs it.
@NullMarked
package net.facteur.it.demo;

import org.jspecify.annotations.NullMarked;
