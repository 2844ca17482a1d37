/// Reads what comes back: delivery reports in their standard form (RFC 3464) and in the forms that
/// mail servers have made up over the years, and complaints of recipients (RFC 5965).
///
/// [BounceReader] takes a message and says for which addresses delivery failed, is delayed or
/// succeeded, with what status and why, and which message of ours it is about. It decides nothing:
/// whoever counts has to find out first whether we sent that message at all, since anybody can
/// write a report. [FeedbackReader] does the same for complaints.
///
/// A standard report is read by its fields alone. Everything else is read as people read it: the
/// text before the returned message, lines that are an address, phrases that lead to one, replies
/// of SMTP servers. A message that is neither is no report, and no address comes out of it.
@NullMarked
package net.facteur.server.bounces;

import org.jspecify.annotations.NullMarked;
