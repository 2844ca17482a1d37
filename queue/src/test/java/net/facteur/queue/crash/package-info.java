/// The queue in a process of its own, which is killed.
@NullMarked
package net.facteur.queue.crash;

import org.jspecify.annotations.NullMarked;
