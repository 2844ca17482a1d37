/// A queue without disk, network or waiting: virtual time, a store in memory that can fail and
/// crash, an agent that follows a script, and the contract every store must keep.
@NullMarked
package net.facteur.queue.sim;

import org.jspecify.annotations.NullMarked;
