/// The engine: what is due is attempted, and what came of it is committed.
///
/// [QueueRunner] is the door for new mail. [Dispatch] keeps the
/// [net.facteur.queue.schedule.DeliverySchedule] under a lock and starts what it says. A message
/// that was just committed goes straight from memory into it; what does not fit its window is read
/// back by [StoreReading] later. Each of the [Attempts] runs on a virtual thread of its own, asks
/// the [net.facteur.queue.DeliveryAgent], and frees its slot; [OutcomeRules] turns the outcomes
/// into what becomes of each recipient and the reports that are due, and the store commits both as
/// one. Nothing is forgotten before that commit, so a crash repeats at most the attempts that were
/// under way.
///
/// Threads and timers come from [Workers], so that the whole engine also runs under a simulated
/// clock.
@NullMarked
package net.facteur.queue.run;

import org.jspecify.annotations.NullMarked;
