/// The engine: what is due is attempted, and what came of it is committed.
///
/// [QueueRunner] is the door for new mail and drives everything else. A message that was just
/// committed goes straight from memory into the [net.facteur.queue.schedule.DeliverySchedule]; what
/// does not fit its window is read back from the store later. Each attempt runs on a virtual thread
/// of its own, asks the [net.facteur.queue.DeliveryAgent], and frees its slot; [Judge] turns the
/// outcomes into what becomes of each recipient and the reports that are due, and the store commits
/// both as one. Nothing is forgotten before that commit, so a crash repeats at most the attempts
/// that were under way.
///
/// Threads and timers come from [Workers], so that the whole engine also runs under a simulated
/// clock.
@NullMarked
package net.facteur.queue.run;

import org.jspecify.annotations.NullMarked;
