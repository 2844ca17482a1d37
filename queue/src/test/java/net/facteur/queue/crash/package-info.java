/// The queue in a process of its own, which is killed ([KilledQueueTest]), or under which the power
/// fails ([PowerCutTest]): `disk-recorder.c`, preloaded, writes down what the process does to its
/// files, and [RebuiltDisk] makes of it what a disk may hold after a cut.
@NullMarked
package net.facteur.queue.crash;

import org.jspecify.annotations.NullMarked;
