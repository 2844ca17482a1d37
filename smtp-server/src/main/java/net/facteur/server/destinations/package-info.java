/// How mail fares at each provider, and how fast it goes there.
///
/// Every attempt to deliver elsewhere is counted by provider and hour: attempts, recipients that
/// were delivered, deferred and refused, how long mail took, how it was protected, and what was
/// said last. Counting happens in memory; a task writes it down every few seconds, into the
/// database of counts, so that no delivery waits for a disk.
///
/// A provider that asks for less gets less: half as many attempts at a time, then attempts further
/// and further apart; each success gives a little back. A new address begins slowly at every
/// provider, if the settings say so. What may not go stays in the queue, and no attempt is made.
@NullMarked
package net.facteur.server.destinations;

import org.jspecify.annotations.NullMarked;
