/// Reception: mail from other servers through port 25, for local domains only.
///
/// Recipients are checked while the client can still be told (RCPT), the message after its end: one
/// virtual thread runs SPF, DKIM, DMARC and the others over the octets as received and decides.
/// Fields that pretend to be our own verdict are removed, our verdict and the trace field are
/// added, and the message is queued. Only then is the client told 250.
@NullMarked
package net.facteur.server.reception;

import org.jspecify.annotations.NullMarked;
