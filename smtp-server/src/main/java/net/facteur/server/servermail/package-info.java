/// Mail to addresses that the server reads itself, such as reports of others: the one door between
/// reception and whoever reads.
///
/// No mailbox stands behind such an address. Reception takes mail for it, checks where it comes
/// from, and hands it to the [MailReader] whose address it is, before anything is answered. What
/// the reader has on disk is delivered to nobody; everything else goes to the postmaster, as if the
/// address were his. A user or an alias of the same name has the address, and the reader has not.
///
/// A new reader is named at one place, in `ReadMailWiring`; its addresses are named in
/// `RoutingSettings`, so that RCPT takes them.
@NullMarked
package net.facteur.server.servermail;

import org.jspecify.annotations.NullMarked;
