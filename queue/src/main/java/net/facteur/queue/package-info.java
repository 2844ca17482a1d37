/// The words and ports of the mail queue.
///
/// A message is taken over with [MailQueue#enqueue]: once its stage completes, the message and
/// every recipient stand on disk and the server may answer 250. From then on the queue owns it: it
/// hands each group of recipients with the same next hop to the [DeliveryAgent], records the
/// [DeliveryOutcome]s, tries again later, and in the end has the [ReportWriter] tell the sender. A
/// recipient leaves the queue only when it is delivered, or in the same commit that queues the
/// report about it.
@NullMarked
package net.facteur.queue;

import org.jspecify.annotations.NullMarked;
