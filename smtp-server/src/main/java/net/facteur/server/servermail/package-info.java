/// Mail to addresses that the server reads itself, such as reports of others: the one door between
/// whoever takes mail and whoever reads.
///
/// No mailbox stands behind such an address. Reception takes mail for it, checks where it comes
/// from, and hands it to the [MailReader] whose address it is, before anything is answered. What
/// the reader has on disk is delivered to nobody; everything else goes to the postmaster, as if the
/// address were his. A user or an alias of the same name has the address, and the reader has not.
///
/// Mail that users hand in goes through the same door, so that a report in a mailbox can be sent on
/// by hand. An alias that leads to such an address and to no other stands for it; one of several
/// targets leads to the postmaster.
///
/// A new reader is named at one place, in `ReadMailWiring`; its addresses are named in
/// `RoutingSettings`, so that RCPT takes them.
@NullMarked
package net.facteur.server.servermail;

import org.jspecify.annotations.NullMarked;
