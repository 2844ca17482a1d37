/// Who goes when: retry times, concurrency, fairness, commits. Pure: no thread, no disk, no clock
/// of its own.
///
/// [RetrySchedule] says when a recipient is tried again and when the sender hears about it.
/// [DeliverySchedule] holds a window of the due consignments, a line for each destination, and
/// picks the next to go:
///
/// - **Destinations take turns**, and none has more attempts running than its limit, which grows
///   with each success, is halved when the next hop asks for less, and falls to one when it cannot
///   be reached. A rate bounds how many attempts begin in a minute.
/// - **Within a destination**, urgent mail goes before normal before bulk, and reverse-paths take
///   turns, so that one newsletter does not block the treasurer.
/// - **A destination that cannot be reached** rests, longer each time; what is due for it stays as
///   it is in the store, and one attempt after each rest finds out for all. Once in a while the age
///   of what waits is looked at, so that its senders hear of delay and failure in time.
///   Destinations that were down at the last try share a quarter of all slots, those never tried
///   and those down together three quarters; the rest is for those known to work.
/// - **The window is bounded.** What does not fit stays in the store; the line remembers only when
///   the earliest of it is due, and asks for a page when there is room.
@NullMarked
package net.facteur.queue.schedule;

import org.jspecify.annotations.NullMarked;
