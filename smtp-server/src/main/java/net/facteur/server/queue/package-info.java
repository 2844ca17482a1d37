/// Which queue this server has: the settings of the library that keeps it.
@NullMarked
package net.facteur.server.queue;

import org.jspecify.annotations.NullMarked;
