/// Where messages lie that no mailbox may have, until somebody decides or their time is over.
///
/// [QuarantineStore] keeps each message in two files of its own, durably before the client hears
/// 250. [Releases] queues one anew for some or all of its recipients, once, whoever asks: a
/// command, by [QuarantineRequests], or a recipient, by a link of [ReleaseLinks] in the mail of
/// [QuarantineDigest] and a button of [ReleasePages].
///
/// This is another thing than the junk folder: that is the user's, and what DMARC calls quarantine
/// leads there.
@NullMarked
package net.facteur.server.quarantine;

import org.jspecify.annotations.NullMarked;
