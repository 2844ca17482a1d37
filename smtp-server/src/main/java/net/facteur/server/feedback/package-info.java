/// What becomes of mail after it left, remembered for the next time.
///
/// Three memories, each kept with the counts and shared by all processes of one queue:
///
/// - [DeadAddresses]: addresses elsewhere that do not exist any more, or are full for long. Whoever
///   sends in bulk is told, and a mailing list asks; a person's own mail is always tried.
/// - [ForwardMemory]: whether mail arrives where addresses here pass it on to. A target that takes
///   nothing any more rests: mail stays in the mailbox, or is refused where there is none.
/// - complaints of recipients, which are counted for the account that wrote
///   ([net.facteur.server.limits.SendingLimits]).
///
/// They learn from two sources: outcomes of our own attempts ([DeliveryMemory]) and reports that
/// come back by mail ([ReturnedMail]). A report counts only if it is about a message that the queue
/// or its history has, and names a recipient of that; everything else may be forged. Reports are
/// delivered as any mail is, whatever is learnt from them.
@NullMarked
package net.facteur.server.feedback;

import org.jspecify.annotations.NullMarked;
