/// Trials of the promise that what was accepted is not lost, on the machine, the disk and the
/// version of whoever runs them.
///
/// [Proof] runs them all. [KillTrial] kills a process with a real queue again and again.
/// [PowerCutTrial] records what such a process does to its files, rebuilds the disk as it may be
/// found after the power failed, and opens what is there. [FullDiskTrial] gives it a disk without
/// room. [SyncTrial] measures what a sync costs, which tells a disk that only says that it synced.
/// Each compares by queue id and SHA-256 what was accepted with what arrived and what is queued.
///
/// The tests of this module run the same classes, and let them fail where a sync is left out.
@NullMarked
package net.facteur.queue.prove;

import org.jspecify.annotations.NullMarked;
