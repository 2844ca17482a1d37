/// The trial: two complete servers, a name server and a certificate authority on one machine,
/// without root, network or DNS of one's own.
///
/// [Demo] starts [NameServer] with the zones of two domains, has two servers started as processes
/// of their own, and speaks SMTP with them as a mail client does, and as a forger does. The two
/// servers run the very program that runs in earnest; only their settings are generated. They know
/// each other through the DNS and SMTP alone.
@NullMarked
package net.facteur.server.demo;

import org.jspecify.annotations.NullMarked;
